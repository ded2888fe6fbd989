#include "CDashboard.h"

// C23 6.10.4 (#embed): the compiler copies the file as it is, without parsing it as a million
// integers, and lists it in the dependency file, so that an edited page is embedded again.

static const unsigned char dashboard_html[] = {
#embed "dashboard.html"
};

static const unsigned char docs_html[] = {
#embed "docs.html"
};

static const unsigned char openapi_json[] = {
#embed "openapi.json"
};

const unsigned char *quesquant_dashboard_html(void) { return dashboard_html; }
size_t quesquant_dashboard_html_count(void) { return sizeof dashboard_html; }

const unsigned char *quesquant_docs_html(void) { return docs_html; }
size_t quesquant_docs_html_count(void) { return sizeof docs_html; }

const unsigned char *quesquant_openapi_json(void) { return openapi_json; }
size_t quesquant_openapi_json_count(void) { return sizeof openapi_json; }
