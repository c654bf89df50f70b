/* Given to every compilation with -include: functions that have bitten too often do not compile here. */
#ifndef TG_BANNED_H
#define TG_BANNED_H

/* The headers come first: after the poison even their declarations would be refused. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#ifndef __cplusplus
/* _FORTIFY_SOURCE makes macros of some of them with clang, and a macro cannot be poisoned. */
#undef sprintf
#undef vsprintf
#pragma GCC poison strcpy strcat strncpy strncat sprintf vsprintf strtok atoi atol atoll gets
#pragma GCC poison gmtime localtime ctime asctime tmpnam mktemp
#endif

#endif
