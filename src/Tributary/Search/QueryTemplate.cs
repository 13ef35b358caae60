using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Tributary.Search.Kql;
using Tributary.Search.Spelling;

namespace Tributary.Search;

/// <summary>
/// Fills in a <c>queryTemplate</c> (search 9): <c>{searchTerms}</c>, <c>{Today}</c> and <c>{Today+N}</c> or <c>{Today-N}</c> with whole days; any other variable, such as
/// those of a profile, is empty. Names ignore case. What is put in is not looked at again, and gets no parentheses, which belong to the author of the template; but its
/// quotes end where it ends, and within quotes of the template they are spaces.
/// </summary>
internal static partial class QueryTemplate
{
    /// <summary>Words that stand for a query string that is malformed; the rest of what a query may have is the template's.</summary>
    private const int MaxWords = 512;

    /// <summary>What is searched: the template with the query string in it, or without one the query string. Null when it has more than <paramref name="maxLength"/> characters.</summary>
    public static ExpandedQuery? QueryOrNull(string? template, string queryString, DateTimeOffset now, int maxLength) =>
        template is null ? new ExpandedQuery(queryString, [0]) : ExpandOrNull(template, queryString, now, maxLength);

    /// <summary>The query; null when it has more than <paramref name="maxLength"/> characters, before they are written.</summary>
    public static ExpandedQuery? ExpandOrNull(string template, string searchTerms, DateTimeOffset now, int maxLength)
    {
        var query = new StringBuilder();
        var asWords = new StringBuilder();
        var termsAt = new List<int>();
        var wordsAt = new List<int>();
        string? words = null;
        int position = 0;
        foreach (Match match in Variable().Matches(template))
        {
            ReadOnlySpan<char> name = match.Groups[1].ValueSpan.Trim();
            Append(template[position..match.Index]);
            position = match.Index + match.Length;
            if (!name.Equals("searchTerms", StringComparison.OrdinalIgnoreCase))
            {
                Append(ValueOf(name, now));
            }
            else if (template.AsSpan(0, match.Index).Count('"') % 2 == 1)
            {
                termsAt.Add(query.Length);
                wordsAt.Add(asWords.Length);
                Append(searchTerms.Replace('"', ' '));
            }
            else
            {
                words ??= KqlPlainText.Blanked(searchTerms, MaxWords);
                termsAt.Add(query.Length);
                wordsAt.Add(asWords.Length + 1);
                asWords.Append('(').Append(words).Append(')');
                query.Append(searchTerms);
                if (searchTerms.AsSpan().Count('"') % 2 == 1 && !template.AsSpan(position).IsWhiteSpace())
                {
                    query.Append('"');
                }
            }

            if (query.Length > maxLength)
            {
                return null;
            }
        }

        Append(template[position..]);
        return query.Length > maxLength ? null : new ExpandedQuery(query.ToString(), termsAt)
        {
            QueryString = words is null ? null : searchTerms,
            AsWords = string.IsNullOrWhiteSpace(words) ? null : new ExpandedQuery(asWords.ToString(), wordsAt),
        };

        void Append(string text)
        {
            query.Append(text);
            asWords.Append(text);
        }
    }

    private static string ValueOf(ReadOnlySpan<char> name, DateTimeOffset now)
    {
        Match today = Today().Match(name.ToString());
        if (!today.Success)
        {
            return "";
        }

        // Five digits at most, so no day is outside the calendar.
        int days = today.Groups["days"] is { Success: true } given ? int.Parse(given.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;
        DateTime day = now.UtcDateTime.Date.AddDays(today.Groups["sign"].ValueSpan is "-" ? -days : days);
        return day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
    }

    [GeneratedRegex(@"\{([^{}]*)\}", RegexOptions.CultureInvariant)]
    private static partial Regex Variable();

    [GeneratedRegex(@"^today(?:\s*(?<sign>[+-])\s*(?<days>[0-9]{1,5}))?$", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Today();
}
