using System.Collections.Frozen;
using System.Globalization;
using Microsoft.Net.Http.Headers;

namespace Tributary.Search;

/// <summary>The culture of a query, which says where <c>this week</c> begins (search 7.6).</summary>
internal static class QueryCulture
{
    /// <summary>Languages looked at; a browser sends a handful.</summary>
    private const int MaxLanguages = 16;

    /// <summary>Of a language tag that is looked up (RFC 5646, 4.4.1).</summary>
    private const int MaxLength = 35;

    /// <summary>
    /// The cultures that there are, once: the framework makes one of any name that looks like one and keeps it for ever, which is not for names that a client chooses.
    /// </summary>
    private static readonly Lazy<FrozenDictionary<string, DayOfWeek>> FirstDays = new(() => CultureInfo.GetCultures(CultureTypes.AllCultures)
        .Where(culture => culture.Name.Length > 0)
        .DistinctBy(culture => culture.Name, StringComparer.OrdinalIgnoreCase)
        .ToFrozenDictionary(culture => culture.Name, culture => culture.DateTimeFormat.FirstDayOfWeek, StringComparer.OrdinalIgnoreCase));

    /// <summary>
    /// The first day of the week in the most wanted language of <c>Accept-Language</c> that is known, the region left out where only the language is; Monday when
    /// there is none, or the header cannot be read.
    /// </summary>
    public static DayOfWeek FirstDayOfWeek(IList<string?> acceptLanguage)
    {
        if (acceptLanguage.Count == 0 || !StringWithQualityHeaderValue.TryParseList(acceptLanguage!, out IList<StringWithQualityHeaderValue>? languages))
        {
            return DayOfWeek.Monday;
        }

        IEnumerable<StringWithQualityHeaderValue> wanted = languages.Take(MaxLanguages)
            .Where(language => language.Quality != 0 && language.Value.Length <= MaxLength)
            .OrderByDescending(language => language.Quality ?? 1);
        foreach (StringWithQualityHeaderValue language in wanted)
        {
            // As RFC 4647, 3.4 looks a language up: from its end, part by part.
            for (string name = language.Value.ToString(); name.Length > 0; name = name[..Math.Max(0, name.LastIndexOf('-'))])
            {
                if (FirstDays.Value.TryGetValue(name, out DayOfWeek day))
                {
                    return day;
                }
            }
        }

        return DayOfWeek.Monday;
    }
}
