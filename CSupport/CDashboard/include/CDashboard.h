#pragma once

#include <stddef.h>

// The pages that the API server serves itself, embedded at compile time. Functions and not arrays:
// an array of this size reaches Swift as a tuple of as many elements.
//
// Each pointer is valid for the life of the process, is never null, and the bytes carry no
// terminating zero.

#pragma clang assume_nonnull begin

/// `GET /`: the operator's page. UTF-8 HTML, self-contained.
const unsigned char *quesquant_dashboard_html(void);
/// Its length in bytes.
size_t quesquant_dashboard_html_count(void);

/// `GET /docs`: the API reference for people. UTF-8 HTML, self-contained.
const unsigned char *quesquant_docs_html(void);
/// Its length in bytes.
size_t quesquant_docs_html_count(void);

/// `GET /openapi.json`: the API reference for programs. UTF-8 JSON, OpenAPI 3.1.0.
const unsigned char *quesquant_openapi_json(void);
/// Its length in bytes.
size_t quesquant_openapi_json_count(void);

#pragma clang assume_nonnull end
