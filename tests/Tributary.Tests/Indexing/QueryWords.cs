using System.Globalization;
using System.Text;

namespace Tributary.Tests.Indexing;

/// <summary>
/// Texts of many scripts and what their words are, written down by hand: what the index makes of them is to be compared with what they say, not with the code that
/// made it. Of other text the words are what stands between white space and punctuation, in lower case and without accents.
/// </summary>
internal static class QueryWords
{
    private static readonly Dictionary<string, string> ByHand = new(StringComparer.Ordinal)
    {
        ["東京都"] = "東 京 都",
        ["東京"] = "東 京",
        ["京都"] = "京 都",
        ["京"] = "京",
        ["ひがし"] = "ひ が し",
        ["カタカナ"] = "カ タ カ ナ",
        ["ｶﾀｶﾅ"] = "カ タ カ ナ",
        ["カタ"] = "カ タ",
        ["한국어"] = "한국 국어",
        ["한국"] = "한국",
        ["𠮷野"] = "𠮷 野",
        ["𠮷"] = "𠮷",
        ["שלום"] = "שלום",
        ["של"] = "של",
        ["مرحبا"] = "مرحبا",
        ["हिन्दी"] = "हिन्दी",
        ["𝐀lpha"] = "alpha",
        ["Straße"] = "strasse",
        ["STRASSE"] = "strasse",
        ["ﬁne"] = "fine",
        ["Ａｌｐｈａ"] = "alpha",
        ["ＡＬＰＨＡ"] = "alpha",
        ["co\u00adoperate"] = "cooperate",
        ["שלום\u200f"] = "שלום",
        ["می\u200cخواهم"] = "میخواهم",
        ["don’t"] = "don t",
        ["don't"] = "don t",
        ["ภาษาไทย"] = "ภ า ษ า ไ ท ย",
        ["ไทย"] = "ไ ท ย",
        ["מְבֹרָךְ"] = "מברך",
        ["مُحَمَّد"] = "محمد",
        ["محمـــد"] = "محمد",
        ["λόγος"] = "λογοσ",
        ["ΛΌΓΟΣ"] = "λογοσ",
        ["ISPARTALI"] = "ispartali",
        ["ıspartalı"] = "ispartali",
        ["🎉"] = "",
        ["🎉alpha"] = "alpha",
    };

    private static readonly char[] Separators = [' ', ',', ';', ':', '.', '-', '_', '/', '@', '&', '#', '!', '(', ')', '*', '\u00a0'];

    /// <summary>For items: the chunks alone and joined by what does not join words.</summary>
    public static readonly string[] Texts =
    [
        .. ByHand.Keys, "東京都 alpha", "alpha,東京", "שלום עולם", "مرحبا/beta", "Cafe\u0301", "ANGSTRO\u0308M", "Ångström_gamma", "Ελλάδα", "Йод", "カタカナ;beta", "한국어.한국",
        "🎉 beta", "alpha#beta", "alpha & beta", "Straße-beta!", "don't alpha",
    ];

    public static string[] Of(string text)
    {
        var words = new List<string>();
        foreach (string chunk in text.Split(Separators, StringSplitOptions.RemoveEmptyEntries))
        {
            words.AddRange(ByHand.TryGetValue(chunk, out string? known) ? known.Split(' ', StringSplitOptions.RemoveEmptyEntries) : Plain(chunk));
        }

        return [.. words];
    }

    private static string[] Plain(string chunk)
    {
        string folded = string.Concat(chunk.Normalize(NormalizationForm.FormKD).Where(c => c is < '\u0300' or > '\u036F' && char.GetUnicodeCategory(c) != UnicodeCategory.Format))
            .Normalize(NormalizationForm.FormKC).ToLowerInvariant();
        return folded.Any(char.IsLetterOrDigit) ? [folded] : [];
    }
}
