/* The low-level SHA-1 calls keep their state in a plain struct, which can be copied midway and
   allocates nothing; OpenSSL 3 marks them deprecated in favour of EVP, which can do neither. */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/crypto.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
