using System.Security.Cryptography;
using System.Text;

namespace Tributary.Indexing;

/// <summary>A whole value as one term, for index and query alike: normalised, lower case, and cut, with a digest of the whole, when it is very long.</summary>
internal static class ExactTerm
{
    /// <summary>
    /// Lucene takes at most 32,766 bytes for a term, and long ones bloat the dictionary. As long as a restriction can be (search 7.1), so that every beginning
    /// that can be asked for is still there.
    /// </summary>
    private const int MaxChars = 2048;

    public static string Of(string value)
    {
        string folded = Fold(value);
        return folded.Length <= MaxChars
            ? folded
            : string.Concat(folded.AsSpan(0, MaxChars), "\0", Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(folded))));
    }

    /// <summary>What is left of a text when case and width do not count.</summary>
    public static string Fold(string value) => UnicodeText.Valid(value).Normalize(NormalizationForm.FormKC).ToLowerInvariant();
}
