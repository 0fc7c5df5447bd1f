/*
 * rate.c - token buckets by address in a table of fixed size: RATE_SETS sets of RATE_WAYS buckets. An address belongs to one set (keyed
 * hash, so nobody can aim at another's set). When a set is full the fullest bucket is given up: it has the least to forget, and an address
 * that comes back starts full, so a flood of addresses can only make the limit milder, never lock anyone out.
 */
#include <math.h>
#include <sodium.h>
#include <string.h>

#include "http/http_int.h"

enum rc rate_init(struct rate *rate, struct arena *a, double per_s, double burst, struct fail *f)
{
    *rate = (struct rate){.per_us = per_s < 0 ? -1 : per_s / 1e6, .burst = burst < 1 ? 1 : burst};
    randombytes_buf(rate->seed, sizeof rate->seed);
    for (int i = 0; i < RATE_LOCKS; i++)
        (void)pthread_mutex_init(&rate->locks[i], NULL);
    if (per_s < 0)
        return RC_OK;
    rate->buckets = ARENA_ARRAY(a, HTTP_ADDRESSES_MAX, struct bucket);
    return rate->buckets ? RC_OK : fail_set(f, RC_LIMIT, MSG_http_memory, NULL, NULL);
}

void rate_release(struct rate *rate)
{
    for (int i = 0; i < RATE_LOCKS; i++)
        (void)pthread_mutex_destroy(&rate->locks[i]);
}

/* One IPv4 address, or one IPv6 /64, which is what one customer has. */
static uint64_t key_of(const struct rate *rate, const struct ip *ip)
{
    struct ip cut = *ip;
    unsigned char out[crypto_shorthash_BYTES];
    uint64_t key;
    if (!ip_is_v4(ip))
        memset(cut.byte + 8, 0, 8);
    (void)crypto_shorthash(out, cut.byte, sizeof cut.byte, rate->seed);
    memcpy(&key, out, sizeof key);
    return key ? key : 1;
}

static double tokens_at(const struct rate *rate, const struct bucket *b, int64_t now_us)
{
    double passed = now_us > b->at_us ? (double)(now_us - b->at_us) : 0;
    return fmin(rate->burst, b->tokens + passed * rate->per_us);
}

bool rate_take(struct rate *rate, const struct ip *ip, int64_t now_us, int *wait_s)
{
    if (rate->per_us < 0)
        return true;
    uint64_t key = key_of(rate, ip);
    size_t set = (size_t)(key % RATE_SETS);
    struct bucket *b = rate->buckets + set * RATE_WAYS, *mine = NULL, *fullest = b;
    pthread_mutex_t *lock = &rate->locks[set % RATE_LOCKS];
    (void)pthread_mutex_lock(lock);
    for (int i = 0; i < RATE_WAYS && !mine; i++) {
        if (b[i].key == key)
            mine = &b[i];
        else if (b[i].key == 0 ||
                 (fullest->key != 0 && tokens_at(rate, &b[i], now_us) > tokens_at(rate, fullest, now_us)))
            fullest = &b[i];
    }
    if (!mine) {
        mine = fullest;
        *mine = (struct bucket){key, rate->burst, now_us};
    }
    double tokens = tokens_at(rate, mine, now_us);
    bool may = tokens >= 1;
    mine->tokens = may ? tokens - 1 : tokens;
    mine->at_us = now_us;
    (void)pthread_mutex_unlock(lock);
    if (!may)
        *wait_s = rate->per_us > 0 ? (int)fmin(3600, ceil((1 - tokens) / rate->per_us / 1e6)) : 3600;
    return may;
}
