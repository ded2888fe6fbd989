/* The low-level SHA-1 calls keep their state in a plain struct, which can be copied midway and
   allocates nothing; OpenSSL 3 marks them deprecated in favour of EVP, which can do neither. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

/* TLS. */
#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>

/* What follows are macros in OpenSSL, which Swift does not import. */

static inline int ques_ssl_ctx_set_versions(SSL_CTX *context, int lowest, int highest) {
    return SSL_CTX_set_min_proto_version(context, lowest) == 1 &&
           SSL_CTX_set_max_proto_version(context, highest) == 1;
}

/* Compression leaks secrets by its length (CRIME); renegotiation has nobody who needs it. */
static inline void ques_ssl_ctx_set_options(SSL_CTX *context) {
    SSL_CTX_set_options(context, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION);
}

static inline int ques_ssl_set_server_name(SSL *ssl, const char *name) {
    return SSL_set_tlsext_host_name(ssl, name) == 1;
}

/* Everything that waits in a memory BIO, in place. */
static inline long ques_bio_data(BIO *bio, unsigned char **data) {
    return BIO_get_mem_data(bio, data);
}

static inline void ques_bio_reset(BIO *bio) { (void)BIO_reset(bio); }

/* A server that speaks HTTP/1.1 says so to a client that offers it. */
static inline int ques_alpn_select(SSL *ssl, const unsigned char **chosen,
                                   unsigned char *chosen_byte_count, const unsigned char *offered,
                                   unsigned int offered_byte_count, void *unused) {
    static const unsigned char http[] = "\x08http/1.1";
    (void)ssl;
    (void)unused;
    return SSL_select_next_proto((unsigned char **)chosen, chosen_byte_count, http,
                                 sizeof http - 1, offered,
                                 offered_byte_count) == OPENSSL_NPN_NEGOTIATED
               ? SSL_TLSEXT_ERR_OK
               : SSL_TLSEXT_ERR_NOACK;
}

static inline void ques_ssl_ctx_select_http(SSL_CTX *context) {
    SSL_CTX_set_alpn_select_cb(context, ques_alpn_select, NULL);
}
