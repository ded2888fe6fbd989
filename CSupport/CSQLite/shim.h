#include <sqlite3.h>

// Swift cannot import SQLITE_TRANSIENT, an integer cast to a function pointer: SQLite makes its own
// copy of the text before this returns. Without bytes it is the empty text, never NULL.
static inline int csqlite_bind_text_copy(
    sqlite3_stmt *statement, int index, const unsigned char *text, int byte_count)
{
    return sqlite3_bind_text(
        statement, index, byte_count > 0 ? (const char *)text : "", byte_count, SQLITE_TRANSIENT);
}
