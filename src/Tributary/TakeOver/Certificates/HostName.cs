namespace Tributary.TakeOver.Certificates;

/// <summary>A host name as certificates and settings take it: letters, digits and hyphens in labels of at most 63 characters (RFC 1123), no address, no wildcard.</summary>
internal static class HostName
{
    private const int Longest = 253;
    private const int LongestLabel = 63;

    /// <summary>What is wrong with a name, as a sentence goes on after it; null for one that is right.</summary>
    public static string? ProblemOrNull(string name)
    {
        if (name.Length is 0 or > Longest)
        {
            return $"must be a host name of 1 to {Longest} characters, such as tributary or graph.example.org";
        }

        if (name.All(character => char.IsAsciiDigit(character) || character == '.') || name.Contains(':', StringComparison.Ordinal))
        {
            return "is an address; only host names can be certified";
        }

        return name.Split('.').All(IsLabel)
            ? null
            : $"is no host name: labels of letters, digits and hyphens, each of at most {LongestLabel} characters, are separated by dots; wildcards are not certified";
    }

    private static bool IsLabel(string label) =>
        label.Length is > 0 and <= LongestLabel && label[0] != '-' && label[^1] != '-' && label.All(character => char.IsAsciiLetterOrDigit(character) || character == '-');
}
