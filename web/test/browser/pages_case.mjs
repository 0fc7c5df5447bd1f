/* pages_case.mjs - the pages of reports and cases that run.mjs opens, with ids asked of the server itself. */
export async function casePages(page) {
  const ids = await page.evaluate(async () => {
    const first = async (p) => (await (await fetch(`/api/v1${p}`)).json()).items?.[0];
    const [one, open] = await Promise.all([first('/cases?limit=1'), first('/public/cases?limit=1')]);
    return { one: one?.id, number: open?.number };
  });
  return [
    ['cases', '/cases?view=all'], ...(ids.one ? [['case', `/cases/${ids.one}`]] : []), ['case-key-in', '/cases/new'], ['case-statistics', '/case-statistics'],
    ['public-reports', '/public/reports'], ['public-report', '/public/reports/new'], ['public-look-up', '/public/reports/look-up'],
    ...(ids.number ? [['public-case', `/public/reports/${ids.number}`]] : []),
  ];
}
