using System.Security.Cryptography;

namespace Tributary.Auth.DevIssuer;

/// <summary>One device that waits for its user, who is elsewhere at a browser.</summary>
internal sealed class DeviceSignIn
{
    private int _isRedeemed;
    private volatile Decision? _decision;

    public required string AppId { get; init; }

    public required IssuerTenant Tenant { get; init; }

    /// <summary>What it asked for, checked.</summary>
    public required string Scope { get; init; }

    /// <summary>What its user types.</summary>
    public required string UserCode { get; init; }

    public required DateTimeOffset End { get; init; }

    /// <summary>Null while the user has not decided.</summary>
    public Decision? Decided => _decision;

    /// <summary>Whether this was the first decision.</summary>
    public bool TryDecide(Decision decision) => Interlocked.CompareExchange(ref _decision, decision, null) is null;

    /// <summary>True for the first caller only.</summary>
    public bool TryRedeem() => Interlocked.Exchange(ref _isRedeemed, 1) == 0;

    /// <param name="TenantId">Of the user.</param>
    /// <param name="UserId">Null: declined.</param>
    public sealed record Decision(string TenantId, string? UserId);
}

/// <summary>The devices that wait. Known for as long again as their codes are good, so that a late one is told why.</summary>
internal sealed class DeviceCodes(TimeProvider time)
{
    /// <summary>Entra's: https://learn.microsoft.com/entra/identity-platform/v2-oauth2-device-code.</summary>
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(15);

    private const int Most = 1000;

    /// <summary>Entra's codes have nine letters; these are hard to mistake for one another.</summary>
    private const int CodeLength = 9;
    private const string CodeLetters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    private readonly ExpiringStore<DeviceSignIn> _devices = new(Most, 2 * Lifetime, time);

    public (string DeviceCode, DeviceSignIn Device) Begin(string appId, IssuerTenant tenant, string scope)
    {
        var device = new DeviceSignIn
        {
            AppId = appId,
            Tenant = tenant,
            Scope = scope,
            UserCode = RandomNumberGenerator.GetString(CodeLetters, CodeLength),
            End = time.GetUtcNow() + Lifetime,
        };
        return (_devices.Add(device), device);
    }

    public DeviceSignIn? FindOrNull(string deviceCode) => _devices.FindOrNull(deviceCode);

    /// <summary>As a person types it: in any letter case, with spaces or a dash in it.</summary>
    public (DeviceSignIn? Device, EntraError? Error) FindByUserCode(string typed)
    {
        string code = string.Concat(typed.Where(char.IsAsciiLetterOrDigit)).ToUpperInvariant();
        return _devices.FindOrNull(device => device.UserCode == code) switch
        {
            null => (null, EntraError.UnknownUserCode),
            { Decided: not null } => (null, EntraError.UserCodeUsed),
            { } device when device.End <= time.GetUtcNow() => (null, EntraError.ExpiredUserCode),
            { } device => (device, null),
        };
    }
}
