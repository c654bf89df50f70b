/* Writes a journal by hand: the same questions from two terminals, by one session. FOLDER KEY good|mask|rule:
 * the journal is moved to FOLDER, the audit key that signed it to KEY; with mask or rule the second terminal
 * was answered otherwise.
 */
#include <openssl/pem.h>
#include <unistd.h>

#include "tests/unit/evidence/book.h"

static bool write_key(const char *path, EVP_PKEY *key)
{
    FILE *f = fopen(path, "w");
    bool ok = f != NULL && PEM_write_PrivateKey(f, key, NULL, NULL, 0, NULL, NULL) == 1;

    return (f == NULL || fclose(f) == 0) && ok;
}

int main(int argc, char **argv)
{
    static const char *const terminals[] = {"RETAIL-1", "NW-SET-0012"};
    void *state = NULL;
    struct book *b;
    int failed;

    if (argc != 4 || book_setup(&state) != 0)
        return 2;
    b = state;
    book_names(b);
    book_sign_in(b, "S1", "retail.counter", "retail");
    for (unsigned i = 0; i < 10; i++) {
        struct book_look l = {.session = "S1",
                              .role = "retail.counter",
                              .kind = "retail",
                              .purpose = "inquiry",
                              .terminal = terminals[i % 2],
                              .peer = "10.0.0.1"};

        if (i == 7 && strcmp(argv[3], "mask") == 0)
            l.spoil_hidden = TG_BIT(TG_F_POLE);
        if (i == 7 && strcmp(argv[3], "rule") == 0)
            l.spoil_rule = "network-supply";
        book_look(b, &l);
    }
    book_close(b);
    failed = write_key(argv[2], b->tool->key) && rename(b->tool->folder, argv[1]) == 0 ? 0 : 1;
    return book_teardown(&state) == 0 ? failed : 1;
}
