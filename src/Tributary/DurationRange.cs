using System.Globalization;

namespace Tributary;

/// <summary>A wait, or the bounds between which one is drawn. One setting holds both, so that overriding a wait never leaves half of the old one.</summary>
/// <param name="Least">The shortest.</param>
/// <param name="Most">The longest; the same as <paramref name="Least"/> for a fixed wait.</param>
internal readonly record struct DurationRange(TimeSpan Least, TimeSpan Most)
{
    /// <summary>Whether there is never a wait.</summary>
    public bool IsZero => Most == TimeSpan.Zero;

    /// <summary>Reads <c>00:05:00</c> or <c>00:05:00..00:15:00</c>; neither bound is negative, nor the second below the first.</summary>
    public static bool TryParse(string? text, out DurationRange range)
    {
        range = default;
        string[] bounds = (text ?? "").Split("..");
        if (bounds.Length > 2
            || !TimeSpan.TryParse(bounds[0], CultureInfo.InvariantCulture, out TimeSpan least)
            || !TimeSpan.TryParse(bounds[^1], CultureInfo.InvariantCulture, out TimeSpan most)
            || least < TimeSpan.Zero
            || most < least)
        {
            return false;
        }

        range = new DurationRange(least, most);
        return true;
    }

    /// <summary>The sentence for a setting that is none.</summary>
    public static string Problem(string setting, string? value) =>
        $"{setting} is '{value}'; it must be 00:00:00 or longer, such as 00:05:00, or a range of such, 00:05:00..00:15:00.";

    /// <summary>The wait at a place between the bounds.</summary>
    /// <param name="place">From 0, the shortest, to 1, the longest.</param>
    public TimeSpan At(double place) => Least + ((Most - Least) * place);

    public override string ToString() => Least == Most ? Least.ToString("c") : $"{Least:c}..{Most:c}";
}
