using Tributary.Chaos.Recording;
using Tributary.Chaos.Worlds;

namespace Tributary.Chaos.Judging;

/// <summary>
/// What a run must end with: every item and every group read again, and on every node everything that each user sees, page by page. That these answers are right is
/// judged like that of others; here is seen that they are there, and that the pages are the whole.
/// </summary>
internal sealed class FinalCheck(History history, IReadOnlyDictionary<string, Timeline<ItemState>> items, SearchJudge searches)
{
    public IEnumerable<Violation> Problems()
    {
        string[] missing = [
            .. history.Items.Keys.Select(item => World.ItemsPath + item).Concat(history.Groups.Keys.Select(group => $"{World.GroupsPath}/{group}/members"))
                .Where(path => !history.FinalReads.Contains(path))];
        if (missing.Length > 0)
        {
            yield return new Violation(long.MaxValue, $"{missing.Length} were not read at the end, {missing[0]} among them.");
        }

        ILookup<string?, Search> tagged = history.Searches.ToLookup(search => search.Tag);
        foreach (Person person in history.Principals.People)
        {
            for (int node = 0; node < history.Header.Nodes; node++)
            {
                Search[] pages = [.. tagged[Exchange.SweepTag(person.Name, node)].OrderBy(page => page.Begin)];
                if (ProblemOrNull(pages) is { } problem)
                {
                    yield return new Violation(pages is [] ? long.MaxValue : pages[^1].End, $"All that {person.Name} sees on node {node}: {problem}");
                }
            }
        }
    }

    private string? ProblemOrNull(Search[] pages)
    {
        if (pages is [])
        {
            return "it was not asked for.";
        }

        int next = 0;
        foreach (Search page in pages)
        {
            if (page.From != next)
            {
                return $"the page from {next} is missing.";
            }

            next += page.Hits.Count;
        }

        string[] shown = [.. pages.SelectMany(page => page.Hits).Select(hit => hit.Item)];
        if (pages[^1].HasMore || shown.Length != pages[^1].Total)
        {
            return $"{shown.Length} items on all pages, of {pages[^1].Total}.";
        }

        if (shown.GroupBy(item => item).FirstOrDefault(same => same.Count() > 1) is { } twice)
        {
            return $"'{twice.Key}' is on two pages.";
        }

        // Each page was held to the states of its time, total included; one item in the place of another is what is left.
        string[] unsettled = [.. items.Where(item => item.Value.Between(pages[0].Begin, pages[^1].End).Count > 1).Select(item => item.Key)];
        return unsettled is [] ? MissingOrNull(pages, shown) : $"the items were still being written, '{unsettled[0]}' among them.";
    }

    private string? MissingOrNull(Search[] pages, string[] shown)
    {
        // As one whole search of all.
        Search whole = pages[0] with { End = pages[^1].End, Hits = [.. pages.SelectMany(page => page.Hits)], Size = shown.Length, Total = shown.Length, HasMore = false, Colours = null };
        return whole.Query.IsAll ? searches.Judge(whole) : $"it was asked for by '{whole.Query.Text}'.";
    }
}
