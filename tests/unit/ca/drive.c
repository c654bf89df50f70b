#include "tests/unit/ca/drive.h"

#include <fcntl.h>
#include <ftw.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <sys/wait.h>
#include <unistd.h>

#include "certs/base/file.h"

static char program[TG_PATH_BYTES], folder[64];

void drive_program(const char *path)
{
    char *whole = realpath(path, NULL);

    assert_non_null(whole);
    (void)snprintf(program, sizeof(program), "%s", whole);
    free(whole);
}

int drive_setup(void **state)
{
    (void)state;
    (void)snprintf(folder, sizeof(folder), "%s", "/tmp/tg-ca-XXXXXX");
    assert_non_null(mkdtemp(folder));
    assert_int_equal(chdir(folder), 0);
    assert_int_equal(ca("% init --name Test"), 0);
    return 0;
}

static int drop(const char *path, const struct stat *st, int type, struct FTW *at)
{
    (void)st;
    (void)type;
    (void)at;
    return remove(path);
}

int drive_teardown(void **state)
{
    (void)state;
    assert_int_equal(chdir("/"), 0);
    return nftw(folder, drop, 8, FTW_DEPTH | FTW_PHYS);
}

static void child(char **argv)
{
    int fd = open("out", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

    if (fd < 0 || dup2(fd, 1) < 0 || dup2(fd, 2) < 0)
        _exit(126);
    (void)execvp(argv[0], argv);
    _exit(127);
}

/* Blanks separate; a word that holds one is not needed here. */
static int spawn(const char *first, const char *words)
{
    char *copy = strdup(words), *rest = copy, *word, *argv[WORDS + 1];
    size_t n = 0;
    int status = 0;

    assert_non_null(copy);
    if (first != NULL)
        argv[n++] = program;
    while ((word = strsep(&rest, " ")) != NULL && n + 2 < WORDS) {
        bool dir = strcmp(word, "%") == 0;

        argv[n++] = dir ? strdup("--dir") : strdup(word);
        if (dir)
            argv[n++] = strdup("ca");
    }
    assert_null(word);
    argv[n] = NULL;
    pid_t pid = fork();
    if (pid == 0)
        child(argv);
    assert_int_equal(waitpid(pid, &status, 0), pid);
    for (size_t i = first != NULL ? 1 : 0; i < n; i++)
        free(argv[i]);
    free(copy);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

int ca(const char *words)
{
    return spawn(program, words);
}

int run(const char *words)
{
    return spawn(NULL, words);
}

bool said(const char *text)
{
    return strstr(file_text("out"), text) != NULL;
}

EVP_PKEY *key_of(const char *kind)
{
    EVP_PKEY *key = NULL;

    if (strncmp(kind, "rsa", 3) == 0)
        key = EVP_RSA_gen((unsigned)strtoul(kind + 3, NULL, 10));
    else if (strcmp(kind, "ed25519") == 0)
        key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    else
        key = EVP_EC_gen(kind);
    assert_non_null(key);
    return key;
}

void pub_write(const char *path, EVP_PKEY *key)
{
    BIO *bio = BIO_new_file(path, "w");

    assert_non_null(bio);
    assert_int_equal(PEM_write_bio_PUBKEY(bio, key), 1);
    BIO_free(bio);
}

void file_write(const char *path, const char *text)
{
    assert_int_equal(tg_file_write(path, tg_span_str(text), 0600), TG_OK);
}

const char *file_text(const char *path)
{
    static char text[65536];
    TG_BUF_AUTO buf = TG_BUF_INIT(sizeof(text) - 1);

    text[0] = '\0';
    if (tg_file_read(path, &buf) == TG_OK && buf.n > 0) {
        memcpy(text, buf.p, buf.n);
        text[buf.n] = '\0';
    }
    return text;
}

bool there(const char *path)
{
    return access(path, F_OK) == 0;
}

struct tg_cert *cert_read(const char *path)
{
    BIO *bio = BIO_new_file(path, "r");
    X509 *x = bio == NULL ? NULL : PEM_read_bio_X509(bio, NULL, NULL, NULL);
    unsigned char *der = NULL;
    struct tg_cert *c = NULL;

    assert_non_null(x);
    int n = i2d_X509(x, &der);
    assert_int_equal(tg_cert_parse(tg_span(der, (size_t)n), &c), TG_OK);
    OPENSSL_free(der);
    X509_free(x);
    BIO_free(bio);
    return c;
}

enum tg_err check(const char *path, enum tg_cert_use use, tg_sec now)
{
    struct tg_trust *trust = NULL;
    struct tg_cert *c = cert_read(path);
    char why[128] = "";

    assert_int_equal(ca("% trust --out trust"), 0);
    assert_int_equal(tg_trust_load("trust", &trust, why, sizeof(why)), TG_OK);
    enum tg_err e = tg_trust_check(trust, c, TG_NO_HELPERS, use, now);
    tg_trust_free(&trust);
    tg_cert_free(&c);
    return e;
}
