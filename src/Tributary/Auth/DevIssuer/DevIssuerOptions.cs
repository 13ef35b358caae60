namespace Tributary.Auth.DevIssuer;

/// <summary>Section <c>Auth:Development</c>: the issuer inside this process, for this machine only unless told otherwise.</summary>
internal sealed class DevIssuerOptions
{
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    /// <summary>Null: on when no <c>Auth:Authority</c> is set and every URL is a loopback one (<see cref="DevIssuerPolicy"/>).</summary>
    public bool? Enabled { get; set; }

    /// <summary>Whether other machines may ask too. Then only applications and users of the seed file exist, each with a hashed secret of its own.</summary>
    public bool AllowRemote { get; set; }

    /// <summary>How long an issued token is valid, from a minute to a day.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);

    /// <summary>How long a refresh token is valid, from an hour to 90 days, as Entra's are; each use gives a new one.</summary>
    public TimeSpan RefreshTokenLifetime { get; set; } = LongestRefreshLifetime;

    public static readonly TimeSpan ShortestRefreshLifetime = TimeSpan.FromHours(1);
    public static readonly TimeSpan LongestRefreshLifetime = TimeSpan.FromDays(90);
}
