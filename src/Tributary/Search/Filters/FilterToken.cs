using System.Text;

namespace Tributary.Search.Filters;

/// <summary>
/// The token of a bucket of a value: <c>"ǂǂ</c>, the lower-case hexadecimal form of the value's UTF-8 bytes, and <c>"</c>, the quotes included (search 11.2).
/// </summary>
internal static class FilterToken
{
    /// <summary>What a token begins with.</summary>
    public const string Mark = "ǂǂ";

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static string Of(string value) => $"\"{Mark}{Convert.ToHexStringLower(Encoding.UTF8.GetBytes(value))}\"";

    /// <summary>The value that a token's digits stand for, of no digits the empty text, which has a bucket like any other; null when they are none.</summary>
    public static string? ValueOrNull(string hex)
    {
        try
        {
            return Strict.GetString(Convert.FromHexString(hex));
        }
        catch (Exception exception) when (exception is FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>A filter from a client that percent-encodes: one with an encoded mark and no plain one. Others may have a <c>%</c> of their own.</summary>
    public static string Decoded(string filter) =>
        !filter.Contains(Mark[0], StringComparison.Ordinal) && filter.Contains("%C7%82", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(filter) : filter;
}
