/* fetch.h: questions to another server: HTTPS (plain HTTP to this machine only), certificates checked, no redirects, 10 seconds, 1 MiB. */
#ifndef HENG_HTTP_FETCH_H
#define HENG_HTTP_FETCH_H

#include "base/mem.h"

/* May an address be asked or sent to: https://…, or http:// to a loopback name. */
bool fetch_allowed(const char *url);
/* GET when form is NULL, else POST of application/x-www-form-urlencoded. user and password (may be NULL): basic authentication. The status, or a
 * negative rc. */
int fetch(const char *url, const char *form, const char *user, const char *password, struct buf *out, struct err *e) MUST_CHECK;

#endif
