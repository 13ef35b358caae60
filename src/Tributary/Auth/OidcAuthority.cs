using System.Globalization;
using System.Text.Json;
using Microsoft.IdentityModel.Protocols;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Microsoft.IdentityModel.Tokens;

namespace Tributary.Auth;

/// <summary>
/// A real issuer, known by its discovery document. Read at first need, again twice a day, and when a token names a key that is not there; a reading
/// that fails leaves the last one in force. The library's own <c>ConfigurationManager</c> does the same by the machine's clock only. Of Microsoft Entra ID the
/// document tells the keys; who issues is known.
/// </summary>
internal sealed partial class OidcAuthority : ITokenAuthority, IDisposable
{
    private static readonly TimeSpan ReadAgainAfter = TimeSpan.FromHours(12);

    /// <summary>While no keys were ever read nobody is let in, and who tries again then is to find out.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>Made-up key ids must not turn this server into a load on its issuer.</summary>
    private static readonly TimeSpan ReadAtMostEvery = TimeSpan.FromSeconds(30);

    /// <summary>Documents and key sets of real providers have some kilobytes.</summary>
    private const int LongestDocument = 1024 * 1024;

    private const string AnyTenant = "{tenantid}";

    private readonly string _authority;
    private readonly NationalCloud? _cloud;
    private readonly AcceptedTenants _tenants;
    private readonly bool _mayHaveTenants;
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly ILogger<OidcAuthority> _logger;
    private readonly SemaphoreSlim _reading = new(1, 1);
    private volatile Reading? _last;
    private long _lastAttempt = long.MinValue;

    public OidcAuthority(AuthOptions options, TimeProvider time, ILogger<OidcAuthority> logger)
    {
        _authority = options.DiscoveryRoot;
        _cloud = options.EntraCloud;
        _tenants = options.AcceptedTenants;
        _mayHaveTenants = options.Tenants is not null;
        _http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(5) })
        {
            Timeout = TimeSpan.FromSeconds(10),
            MaxResponseContentBufferSize = LongestDocument,
        };
        _time = time;
        _logger = logger;
    }

    public SigningKeys? Current
    {
        get
        {
            Reading? last = _last;
            if (last is not null && _time.GetUtcNow() - last.At > ReadAgainAfter && MayTry())
            {
                _ = ReadAsync();
            }

            return last?.Keys;
        }
    }

    public async ValueTask<SigningKeys?> GetKeysAsync(string? missingKeyId, CancellationToken cancellation)
    {
        if (Current is { } current && (missingKeyId is null || current.Has(missingKeyId) || !MayTry()))
        {
            return current;
        }

        await _reading.WaitAsync(cancellation);
        try
        {
            // Somebody else may have read while this request waited.
            if (_last is { } last && (missingKeyId is null || last.Keys.Has(missingKeyId) || !MayTry()))
            {
                return last.Keys;
            }

            if (!MayTry())
            {
                return null;
            }
            // The reading outlives a caller that gives up: the next one has its result.
            await ReadAsync().WaitAsync(cancellation);
            return _last?.Keys;
        }
        finally
        {
            _reading.Release();
        }
    }

    public bool IsIssuer(string issuer, string tenantId)
    {
        if (_last is not { Issuer: { Length: > 0 } expected })
        {
            return false;
        }

        // The document of a provider with many tenants names its issuer with a placeholder, which stands for those only that were asked for.
        return _cloud?.IsIssuerOf(tenantId, issuer)
            ?? issuer == (_mayHaveTenants ? expected.Replace(AnyTenant, tenantId, StringComparison.OrdinalIgnoreCase) : expected);
    }

    /// <summary>Of Entra in the form that was observed, with the tenant where there is only one.</summary>
    public string AuthorizationUri(HttpRequest request) => _cloud is not null
        ? $"{_cloud.LoginRoot}/{_tenants.OnlyOneOrNull ?? "common"}/oauth2/authorize"
        : _last?.AuthorizationEndpoint ?? _authority;

    public void Dispose()
    {
        _http.Dispose();
        _reading.Dispose();
    }

    private bool MayTry()
    {
        TimeSpan pause = _last is null ? TimeSpan.FromSeconds(RetryAfterSeconds) : ReadAtMostEvery;
        return Interlocked.Read(ref _lastAttempt) is var attempt && (attempt == long.MinValue || _time.GetUtcNow().Ticks - attempt >= pause.Ticks);
    }

    private async Task ReadAsync()
    {
        Interlocked.Exchange(ref _lastAttempt, _time.GetUtcNow().Ticks);
        try
        {
            string address = _authority + "/.well-known/openid-configuration";
            var retriever = new HttpDocumentRetriever(_http) { RequireHttps = !new Uri(_authority).IsLoopback };
            OpenIdConnectConfiguration document = await OpenIdConnectConfigurationRetriever.GetAsync(address, retriever, CancellationToken.None);

            if (_cloud is not null && !IsOfCloud(document.Issuer, _cloud))
            {
                throw new InvalidOperationException($"The document names the issuer '{document.Issuer}', which is not Microsoft Entra ID in {_cloud.Name}.");
            }

            // A provider publishes public keys; whatever else it may have in there verifies nothing.
            List<SecurityKey> keys = [.. document.SigningKeys.Where(key => !string.IsNullOrEmpty(key.KeyId) && key is AsymmetricSecurityKey or JsonWebKey { Kty: "RSA" or "EC" })];
            Dictionary<string, string> issuers = IssuersOf(document);
            SigningKeys snapshot = _last is { } last && AreSame(last.Keys, keys, issuers) ? last.Keys : new SigningKeys(keys, issuers);
            _last = new Reading(snapshot, document.Issuer, document.AuthorizationEndpoint, _time.GetUtcNow());
        }
        catch (Exception exception) when (exception
            is IOException or HttpRequestException or OperationCanceledException or ArgumentException or InvalidOperationException or JsonException)
        {
            LogUnreadable(_logger, _authority, ReasonOf(exception));
            LogHowUnreadable(_logger, _authority, exception);
        }
    }

    private static bool IsOfCloud(string? issuer, NationalCloud cloud) =>
        Uri.TryCreate(issuer, UriKind.Absolute, out Uri? url) && (cloud.LoginHosts.Contains(url.Host) || cloud.StsHost == url.Host);

    /// <summary>Entra's keys say whom they sign for: all tenants, or personal accounts only.</summary>
    private static Dictionary<string, string> IssuersOf(OpenIdConnectConfiguration document)
    {
        Dictionary<string, string> issuers = [];
        foreach (JsonWebKey key in document.JsonWebKeySet?.Keys ?? [])
        {
            if (!string.IsNullOrEmpty(key.Kid) && key.AdditionalData.TryGetValue("issuer", out object? issuer) && issuer?.ToString() is { Length: > 0 } text)
            {
                issuers[key.Kid] = text;
            }
        }

        return issuers;
    }

    private static bool AreSame(SigningKeys before, List<SecurityKey> now, Dictionary<string, string> issuers) =>
        before.Keys.Count == now.Count
        && before.Keys.Zip(now, (one, other) => one.KeyId == other.KeyId && Thumbprint(one) == Thumbprint(other)).All(same => same)
        && now.All(key => before.IssuerOfOrNull(key.KeyId, AnyTenant) == issuers.GetValueOrDefault(key.KeyId));

    private static string Thumbprint(SecurityKey key) => key.CanComputeJwkThumbprint() ? Convert.ToBase64String(key.ComputeJwkThumbprint()) : "";

    /// <summary>What went wrong, furthest down. The library keeps the status apart, as its texts leave out whatever could be personal.</summary>
    private static string ReasonOf(Exception exception)
    {
        for (Exception? inner = exception; inner is not null; inner = inner.InnerException)
        {
            if (inner.Data[HttpDocumentRetriever.StatusCode] is { } status)
            {
                return $"it answered {Convert.ToInt32(status, CultureInfo.InvariantCulture)}.";
            }
        }

        return exception.GetBaseException().Message;
    }

    /// <summary>In one line: it comes again with every try, and what a provider that is away says is all there is to know.</summary>
    [LoggerMessage(2001, LogLevel.Warning, "The signing keys of {Authority} could not be read: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string authority, string reason);

    [LoggerMessage(2002, LogLevel.Debug, "How the signing keys of {Authority} could not be read.")]
    private static partial void LogHowUnreadable(ILogger logger, string authority, Exception exception);

    private sealed record Reading(SigningKeys Keys, string Issuer, string? AuthorizationEndpoint, DateTimeOffset At);
}
