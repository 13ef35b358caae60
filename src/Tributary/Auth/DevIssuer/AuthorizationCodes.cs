namespace Tributary.Auth.DevIssuer;

/// <summary>A code that was handed out, with all that it stands for.</summary>
internal sealed class IssuedCode(AuthorizeRequest request, string tenantId, string userId, DateTimeOffset end)
{
    private int _isRedeemed;

    public AuthorizeRequest Request => request;

    public string TenantId => tenantId;

    public string UserId => userId;

    public DateTimeOffset End => end;

    /// <summary>True for the first caller only.</summary>
    public bool TryRedeem() => Interlocked.Exchange(ref _isRedeemed, 1) == 0;
}

/// <summary>The codes of the authorization endpoint. Known for a while longer than they are good, so that a late client is told why.</summary>
internal sealed class AuthorizationCodes(TimeProvider time)
{
    /// <summary>Entra's typical one.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private const int Most = 1000;

    private readonly ExpiringStore<IssuedCode> _codes = new(Most, 3 * Lifetime, time);

    public string Issue(AuthorizeRequest request, string tenantId, string userId) =>
        _codes.Add(new IssuedCode(request, tenantId, userId, time.GetUtcNow() + Lifetime));

    public (IssuedCode? Code, EntraError? Error) Find(string code) => _codes.FindOrNull(code) switch
    {
        null => (null, EntraError.UnknownCode),
        { } found when found.End <= time.GetUtcNow() => (null, EntraError.ExpiredCode),
        { } found => (found, null),
    };
}
