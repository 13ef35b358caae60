using System.Globalization;
using Tributary.Graph;

namespace Tributary.Quirks;

/// <summary>
/// <c>Retry-After</c> with a fraction, as in the documented sample. The Python client fails on it, as would anyone who reads the header as HTTP defines it.
/// </summary>
internal static class FractionalRetryAfter
{
    public static readonly Quirk Quirk = new(
        "fractional-retry-after",
        "The sample answer in Microsoft Graph's documentation of throttling",
        "Retry-After of a 429 has three decimals, such as 2.128.",
        IsInGraph: false);

    /// <summary>The header's value for a wait, or null where whole seconds stand in it.</summary>
    /// <param name="quirks">Which are on.</param>
    /// <param name="error">What is answered.</param>
    /// <param name="wait">The true wait.</param>
    public static string? HeaderOrNull(QuirkSet quirks, GraphError error, TimeSpan wait) => error.RetryAfterSeconds is not null && quirks.IsOn(Quirk)
        ? Math.Max(0.001, Math.Ceiling(wait.TotalSeconds * 1000) / 1000).ToString("0.000", CultureInfo.InvariantCulture)
        : null;
}
