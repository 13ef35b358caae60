namespace Tributary.Auth.DevIssuer;

/// <summary>Whose secret or password somebody gives.</summary>
/// <param name="TenantId">Lower-case.</param>
/// <param name="Id">Object id of a user, app id of an application.</param>
/// <param name="IsApplication">Which of the two.</param>
/// <param name="Address">From where; null if that is not known.</param>
internal sealed record SignInAccount(string TenantId, string Id, bool IsApplication, string? Address);

/// <summary>
/// How often an account's secret was given wrong, while other machines may ask. As with Entra's smart lockout
/// (https://learn.microsoft.com/entra/identity/authentication/howto-password-smart-lockout), an address from which the account has signed in counts for itself, and all others together: whoever
/// guesses locks out who guesses, and not the account where it is at home. In memory; a restart forgets it.
/// </summary>
internal sealed class FailedSignIns(DevIssuerOptions options, TimeProvider time)
{
    /// <summary>Accounts and addresses that are kept; past it those that nothing hangs on go first, then the oldest.</summary>
    public const int Most = 10_000;

    private readonly Dictionary<Key, Count> _counts = [];
    private readonly Lock _lock = new();

    /// <summary>How long the account stays locked for whoever asks from there; null when it is not.</summary>
    public TimeSpan? LockedFor(SignInAccount account)
    {
        lock (_lock)
        {
            return _counts.TryGetValue(KeyOf(account), out Count? count) ? LockLeft(count, time.GetUtcNow()) : null;
        }
    }

    /// <summary>Whether the account is locked from now on.</summary>
    public bool Fail(SignInAccount account)
    {
        if (!options.AllowRemote)
        {
            return false;
        }

        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            Count count = FindOrAdd(KeyOf(account), now);
            if (!IsCounting(count, now))
            {
                (count.Failures, count.Since) = (0, now);
            }

            count.Touched = now;
            count.Failures++;
            if (count.Failures != options.MaxFailedSignIns)
            {
                return false;
            }

            // From the last failure on, so that a lock is never shorter than it is told.
            count.Since = now;
            return true;
        }
    }

    /// <summary>Forgets the failures, and knows the address from then on.</summary>
    public void Succeed(SignInAccount account)
    {
        if (!options.AllowRemote)
        {
            return;
        }

        DateTimeOffset now = time.GetUtcNow();
        lock (_lock)
        {
            _counts.Remove(KeyOf(account));
            if (account.Address is not null)
            {
                FindOrAdd(Key.Of(account, account.Address), now).Touched = now;
            }
        }
    }

    /// <summary>For the tests.</summary>
    public int Kept
    {
        get
        {
            lock (_lock)
            {
                return _counts.Count;
            }
        }
    }

    private Key KeyOf(SignInAccount account)
    {
        var here = Key.Of(account, account.Address);
        return _counts.ContainsKey(here) ? here : Key.Of(account, null);
    }

    private Count FindOrAdd(Key key, DateTimeOffset now)
    {
        if (!_counts.TryGetValue(key, out Count? count))
        {
            if (_counts.Count >= Most)
            {
                _counts.Remove(_counts.MinBy(entry => (IsCounting(entry.Value, now), entry.Value.Touched)).Key);
            }

            _counts[key] = count = new Count();
        }

        return count;
    }

    private TimeSpan? LockLeft(Count count, DateTimeOffset now) =>
        count.Failures >= options.MaxFailedSignIns && IsCounting(count, now) ? count.Since + options.FailedSignInWindow - now : null;

    /// <summary>A virtual clock may be set back; what lies in the future then does not count.</summary>
    private bool IsCounting(Count count, DateTimeOffset now) => count.Failures > 0 && now >= count.Since && now - count.Since < options.FailedSignInWindow;

    /// <param name="TenantId">Lower-case.</param>
    /// <param name="Id">Of the account.</param>
    /// <param name="IsApplication">Which kind.</param>
    /// <param name="Address">Known to the account; null for all others together.</param>
    private readonly record struct Key(string TenantId, string Id, bool IsApplication, string? Address)
    {
        public static Key Of(SignInAccount account, string? address) => new(account.TenantId, account.Id, account.IsApplication, address);
    }

    private sealed class Count
    {
        public int Failures { get; set; }

        /// <summary>Of the first failure; once locked, of the last.</summary>
        public DateTimeOffset Since { get; set; }

        public DateTimeOffset Touched { get; set; }
    }
}
