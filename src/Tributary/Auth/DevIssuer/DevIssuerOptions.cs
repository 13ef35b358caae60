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

    /// <summary>How many slow hashes of secrets are computed at once; 0 for half of the processors, at least one.</summary>
    public int MaxSecretChecks { get; set; }

    /// <summary>How many more wait; beyond them the answer is 503.</summary>
    public int MaxWaitingSecretChecks { get; set; } = 16;

    /// <summary>While other machines may ask: with so many wrong secrets or passwords within <see cref="FailedSignInWindow"/> an application or user is locked for as long.</summary>
    public int MaxFailedSignIns { get; set; } = 10;

    /// <summary>As with Entra, whose lock is a minute at first.</summary>
    public TimeSpan FailedSignInWindow { get; set; } = TimeSpan.FromMinutes(1);

    public const int MostSecretChecks = 1024;
    public const int MostFailedSignIns = 1000;

    public static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(1);
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(1);

    public static readonly TimeSpan ShortestRefreshLifetime = TimeSpan.FromHours(1);
    public static readonly TimeSpan LongestRefreshLifetime = TimeSpan.FromDays(90);
}
