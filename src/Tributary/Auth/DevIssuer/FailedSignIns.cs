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
/// <remarks>
/// Only accounts that there are come here, those of the seed file, so they bound what is kept; each keeps addresses of its own, so that nobody can crowd out the failures or
/// the addresses of an account but who can sign in as it.
/// </remarks>
internal sealed class FailedSignIns(DevIssuerOptions options, TimeProvider time)
{
    /// <summary>Addresses that are kept of an account; past it those on which no failures count go first, then the oldest.</summary>
    public const int MostAddresses = 16;

    private readonly Dictionary<(string TenantId, string Id, bool IsApplication), Account> _accounts = [];
    private readonly Lock _lock = new();

    /// <summary>How long the account stays locked for whoever asks from there; null when it is not.</summary>
    public TimeSpan? LockedFor(SignInAccount account)
    {
        lock (_lock)
        {
            return _accounts.TryGetValue(KeyOf(account), out Account? kept) ? LockLeft(kept.At(account.Address), time.GetUtcNow()) : null;
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
            Count count = FindOrAdd(account).At(account.Address);
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
            Account kept = FindOrAdd(account);
            kept.At(account.Address).Failures = 0;
            if (account.Address is not { } address)
            {
                return;
            }

            if (!kept.Known.TryGetValue(address, out Count? count))
            {
                if (kept.Known.Count >= MostAddresses)
                {
                    kept.Known.Remove(kept.Known.MinBy(entry => (IsCounting(entry.Value, now), entry.Value.Touched)).Key);
                }

                kept.Known[address] = count = new Count();
            }

            count.Touched = now;
        }
    }

    private static (string TenantId, string Id, bool IsApplication) KeyOf(SignInAccount account) => (account.TenantId, account.Id, account.IsApplication);

    private Account FindOrAdd(SignInAccount account)
    {
        if (!_accounts.TryGetValue(KeyOf(account), out Account? kept))
        {
            _accounts[KeyOf(account)] = kept = new Account();
        }

        return kept;
    }

    private TimeSpan? LockLeft(Count count, DateTimeOffset now) =>
        count.Failures >= options.MaxFailedSignIns && IsCounting(count, now) ? count.Since + options.FailedSignInWindow - now : null;

    /// <summary>A virtual clock may be set back; what lies in the future then does not count.</summary>
    private bool IsCounting(Count count, DateTimeOffset now) => count.Failures > 0 && now >= count.Since && now - count.Since < options.FailedSignInWindow;

    private sealed class Account
    {
        private readonly Count _elsewhere = new();

        /// <summary>The addresses from which it has signed in.</summary>
        public Dictionary<string, Count> Known { get; } = [];

        /// <summary>That of the address if it is known, else that of all others together.</summary>
        public Count At(string? address) => address is not null && Known.TryGetValue(address, out Count? count) ? count : _elsewhere;
    }

    private sealed class Count
    {
        public int Failures { get; set; }

        /// <summary>Of the first failure; once locked, of the last.</summary>
        public DateTimeOffset Since { get; set; }

        public DateTimeOffset Touched { get; set; }
    }
}
