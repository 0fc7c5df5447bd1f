/* demo_hear.c - what the demonstration's cities talk about: a draft circulated among the four city offices, and their signatures under the outline. */
#include <string.h>

#include "app/app_int.h"
#include "base/date.h"
#include "plan/plan.h"

static enum rc circulate(struct tx *tx, const void *in, void *out, struct fail *f)
{
    static const char *const stances[] = {"agree", "change", "object"};
    static const struct span texts[] = {SPAN("同意。"), SPAN("建议将跨市公交优惠额度写入方案附件。"),
                                        SPAN("资金分担比例应按实际客流核定，暂不同意固定比例。")};
    const struct demo_talk *t = in;
    int64_t round = 0, id = 0;
    char due[11];
    date_print(date_from_days(date_to_days(date_of_us(tx_now_us(tx))) + 5), due);
    enum rc rc = plan_consult_open(
        tx,
        &(struct plan_consult_in){.kind = SPAN("opinion"),
                                  .subject_kind = SPAN("outline"),
                                  .subject_id = t->outline_id,
                                  .title = SPAN("《跨市公交票价优惠分担办法（征求意见稿）》"),
                                  .body = SPAN("优惠资金由四市分担，按刷卡量逐月清算。请就分担比例和附件提出意见。"),
                                  .unit_id = t->office_id,
                                  .heard = t->city_offices,
                                  .n_heard = t->n_cities,
                                  .reply_due_on = span_of(due)},
        &id, f);
    /* the first city has still to speak: the demonstration's visitor does it */
    for (int i = 1; rc == RC_OK && i < t->n_cities && i <= 3; i++)
        rc = plan_opinion_give(
            tx, &(struct plan_opinion_in){id, t->city_offices[i], span_of(stances[i - 1]), texts[i - 1]}, &round, f);
    if (rc == RC_OK && t->n_cities > 2)
        rc = plan_opinion_decide(
            tx, &(struct plan_decide_in){id, t->city_offices[2], SPAN("taken"), SPAN("写入附件二。")}, f);
    (void)out;
    return rc;
}

static enum rc sign(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct demo_talk *t = in;
    (void)out;
    enum rc rc = plan_sign_ask(tx, &(struct plan_sign_ask_in){t->outline_id, t->city_offices, t->n_cities}, f);
    for (int i = 1; rc == RC_OK && i < t->n_cities; i++)
        rc = plan_sign(tx, &(struct plan_sign_in){t->outline_id, t->city_offices[i], t->signed_on}, f);
    return rc;
}

command_fn *const demo_talks[DEMO_TALKS] = {circulate, sign};
