/* Runs tegata-ca in a scratch folder, as a person at a prompt would. */
#ifndef TG_TEST_CA_DRIVE_H
#define TG_TEST_CA_DRIVE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/evp.h>

#include "certs/x509/trust.h"

#define CARD_1 "01234567-89ab-4cde-8f01-23456789abcd"
#define CARD_2 "11111111-2222-4333-8444-555555555555"
#define WORDS 32

/* cmocka's main gives these. The scratch folder becomes the working folder. */
void drive_program(const char *path);
int drive_setup(void **state);    /* with an authority in the folder ca */
int drive_teardown(void **state); /* removes everything */

/* tegata-ca with these words ("%" stands for --dir ca); what it said is in the file "out". The exit code. */
int ca(const char *words);
/* Any program of PATH. */
int run(const char *words);
bool said(const char *text);

EVP_PKEY *key_of(const char *kind); /* P-256 P-384 P-521 rsa1024 rsa2048 ed25519 */
void pub_write(const char *path, EVP_PKEY *key);
void file_write(const char *path, const char *text);
/* The whole file as text (static), "" when it is not there. */
const char *file_text(const char *path);
bool there(const char *path);

/* First certificate of a PEM file. */
struct tg_cert *cert_read(const char *path);
/* The trust folder is made anew and the certificate checked against it. */
enum tg_err check(const char *path, enum tg_cert_use use, tg_sec now);

#endif
