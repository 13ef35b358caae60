namespace Tributary.Auth.DevIssuer;

/// <summary>Section <c>Auth:Development</c>: the issuer inside this process, for this machine only.</summary>
internal sealed class DevIssuerOptions
{
    public static readonly TimeSpan ShortestLifetime = TimeSpan.FromMinutes(1);
    public static readonly TimeSpan LongestLifetime = TimeSpan.FromDays(1);

    /// <summary>Null: on when no <c>Auth:Authority</c> is set and every URL is a loopback one (<see cref="DevIssuerPolicy"/>).</summary>
    public bool? Enabled { get; set; }

    /// <summary>How long an issued token is valid, from a minute to a day.</summary>
    public TimeSpan TokenLifetime { get; set; } = TimeSpan.FromHours(1);
}
