/* Opening the folder: lock, key, files; then recovery, or a new log. */
#include <errno.h>
#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "server/audit/inner.h"

static enum tg_err say(struct tg_fault *fault, enum tg_err err, const char *what)
{
    (void)snprintf(fault->what, sizeof fault->what, "%s", what);
    return err;
}

/* A reader that asks whether somebody writes (tg_walk_live) holds the lock for a moment: that is worth a
 * second try. */
static bool lock(int fd)
{
    const struct timespec moment = {.tv_nsec = 10 * 1000 * 1000};

    for (unsigned i = 0; i < 20; i++) {
        if (flock(fd, LOCK_EX | LOCK_NB) == 0)
            return true;
        (void)nanosleep(&moment, NULL);
    }
    return false;
}

static enum tg_err open_folder(struct log *l, const char *folder, struct tg_fault *fault)
{
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return say(fault, TG_E_IO, "the folder cannot be made");
    l->dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (l->dir < 0)
        return say(fault, TG_E_IO, "the folder cannot be opened");
    l->lock = openat(l->dir, "lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->lock < 0)
        return say(fault, TG_E_IO, "the lock file cannot be opened");
    if (!lock(l->lock))
        return say(fault, TG_E_BUSY, "another process writes this journal");
    return TG_OK;
}

/* The public key lies beside the journal for tegata-verify; a journal has one key for life. */
static enum tg_err keep_key(const struct tg_audit_conf *conf, struct tg_fault *fault)
{
    TG_BUF_AUTO ours = TG_BUF_INIT(TG_CONF_BYTES);
    TG_BUF_AUTO theirs = TG_BUF_INIT(TG_CONF_BYTES);
    char path[TG_PATH_BYTES];
    enum tg_err err = tg_checkpoint_key_pem(conf->public_key, &ours);

    if (err != TG_OK)
        return say(fault, TG_E_CONFIG, "the checkpoint key is not a P-256 key");
    (void)snprintf(path, sizeof path, "%s/%s", conf->folder, TG_CHECKPOINT_KEY_FILE);
    err = tg_file_read(path, &theirs);
    if (err == TG_E_NOT_FOUND)
        return tg_file_write(path, tg_span_buf(&ours), 0644);
    if (err == TG_OK && !tg_span_eq(tg_span_buf(&ours), tg_span_buf(&theirs)))
        return say(fault, TG_E_CONFIG, "checkpoint.pub.pem in the folder is another key than the server's");
    return err;
}

static enum tg_err open_checkpoints(struct log *l)
{
    struct stat st;

    l->checkpoints = openat(l->dir, TG_CHECKPOINTS_FILE, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (l->checkpoints < 0 || fstat(l->checkpoints, &st) != 0 || fsync(l->dir) != 0)
        return TG_E_IO;
    l->checkpoints_size = (uint64_t)st.st_size;
    return TG_OK;
}

static enum tg_err begin(struct log *l, struct tg_fault *fault)
{
    enum tg_err err;

    if (l->checkpoints_size != 0)
        return say(fault, TG_E_AUDIT_BROKEN, "there are checkpoints, but no segment");
    if (RAND_bytes(l->id, sizeof l->id) != 1)
        return TG_E_INTERNAL;
    err = tg_chain_start(&l->chain, l->id);
    if (err == TG_OK)
        err = tg_log_rotate(l);
    return err == TG_E_AUDIT_DOWN ? say(fault, err, "no space for the first segment") : err;
}

static enum tg_err check_conf(const struct tg_audit_conf *conf, struct tg_fault *fault)
{
    uint64_t n = conf->segment_bytes;

    if (conf->sign == NULL || conf->public_key == NULL || strlen(conf->folder) > TG_PATH_BYTES / 2)
        return say(fault, TG_E_CONFIG, "folder, signer or key are missing or wrong");
    if (n != 0 && (n < TG_SEAL_SEGMENT_MIN || n > TG_SEAL_SEGMENT_MAX || n % 4096 != 0))
        return say(fault, TG_E_CONFIG, "the segment size is out of range or no multiple of 4096");
    return TG_OK;
}

enum tg_err tg_log_open(struct log *l, const struct tg_audit_conf *conf, struct tg_fault *fault)
{
    uint64_t segments;
    enum tg_err err = check_conf(conf, fault);

    *l = (struct log){.dir = -1, .lock = -1, .file = -1, .spare = -1, .checkpoints = -1};
    l->segment_bytes = conf->segment_bytes == 0 ? TG_AUDIT_SEGMENT_BYTES : conf->segment_bytes;
    l->signer =
        (struct tg_checkpoint_signer){.sign = conf->sign, .ctx = conf->sign_ctx, .key_id = conf->key_id};
    if (err == TG_OK)
        err = tg_chain_init(&l->chain);
    if (err == TG_OK)
        err = open_folder(l, conf->folder, fault);
    if (err == TG_OK)
        err = keep_key(conf, fault);
    if (err == TG_OK)
        err = open_checkpoints(l);
    if (err != TG_OK)
        return err;
    err = tg_walk_count(conf->folder, &segments, fault);
    if (err == TG_E_NOT_FOUND)
        return begin(l, fault);
    return err == TG_OK ? tg_log_recover(l, conf, fault) : err;
}
