/* pages_meet.mjs - the pages of meetings, consultations and signatures that run.mjs opens, with ids asked of the server itself. */
export async function meetPages(page, outline) {
  const ids = await page.evaluate(async () => {
    const first = async (p) => (await (await fetch(`/api/v1${p}`)).json()).items?.[0]?.id;
    const [body, planned, held, matter] = await Promise.all([first('/meeting-bodies'), first('/meetings?coming=1'), first('/meetings?state=closed'), first('/consultations')]);
    return { body, planned, held, matter };
  });
  return [
    ['meetings', '/meetings'], ['meeting-body', `/meeting-bodies/${ids.body}`], ['meeting-planned', `/meetings/${ids.planned}`], ['meeting-held', `/meetings/${ids.held}`],
    ['consultations', '/consultations'], ['consultation', `/consultations/${ids.matter}`], ['signatures', `/outlines/${outline}/signatures`],
  ];
}
