using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Tributary.Auth;

/// <summary>
/// Something that holds of a token or not: a claim is there and is not false (<c>client_id</c>), has a value, alone or among others
/// (<c>realm_access.roles=admin</c>), or has that of another claim (<c>sub={cid}</c>). Letter case counts. A value with <c>=</c>, braces or quotation marks, which may as well be
/// a slip, stands in quotation marks: <c>groups="CN=Admins,DC=contoso"</c>.
/// </summary>
internal sealed class ClaimTest
{
    private readonly ClaimPath _claim;
    private readonly string? _value;
    private readonly ClaimPath? _other;

    private ClaimTest(ClaimPath claim, string? value, ClaimPath? other)
    {
        _claim = claim;
        _value = value;
        _other = other;
    }

    public static ClaimTest? ParseOrNull(string? text) => text is not null && TryParse(text, out ClaimTest? test) ? test : null;

    public static bool TryParse(string text, [NotNullWhen(true)] out ClaimTest? test)
    {
        int equals = text.IndexOf('=', StringComparison.Ordinal);
        string? value = equals < 0 ? null : text[(equals + 1)..];
        ClaimPath? other = null;
        bool isRight = ClaimPath.TryParse(equals < 0 ? text : text[..equals], out ClaimPath? claim)
            && value switch
            {
                null => true,
                ['"', _, .., '"'] => true,
                ['{', .., '}'] => ClaimPath.TryParse(value[1..^1], out other),
                _ => value.Length > 0 && value.AsSpan().IndexOfAny("={}\"") < 0,
            };
        test = isRight ? new(claim!, value is ['"', .., '"'] ? value[1..^1] : value, other) : null;
        return isRight;
    }

    public bool HoldsOf(JsonElement payload)
    {
        IEnumerable<string> values = _claim.In(payload);
        return _other is { } other ? values.Intersect(other.In(payload), StringComparer.Ordinal).Any()
            : _value is { } value ? values.Contains(value, StringComparer.Ordinal)
            : values.Any(there => there is not ("false" or "0"));
    }
}
