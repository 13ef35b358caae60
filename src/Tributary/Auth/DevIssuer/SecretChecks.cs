using System.Threading.RateLimiting;

namespace Tributary.Auth.DevIssuer;

/// <summary>
/// Holds what somebody gives against what the seed file keeps. A hash that is slow by design is a way to take all processors with wrong passwords: only so many are computed at once, a few
/// more wait, and whoever comes then is told to come again. Whoever was wrong too often is not looked at for a while (<see cref="FailedSignIns"/>).
/// </summary>
internal sealed partial class SecretChecks : IDisposable
{
    private readonly FailedSignIns _failed;
    private readonly ILogger<SecretChecks> _logger;
    private readonly ConcurrencyLimiter _places;

    public SecretChecks(DevIssuerOptions options, FailedSignIns failed, ILogger<SecretChecks> logger)
    {
        _failed = failed;
        _logger = logger;
        _places = new ConcurrencyLimiter(new ConcurrencyLimiterOptions
        {
            PermitLimit = options.MaxSecretChecks > 0 ? options.MaxSecretChecks : Math.Max(1, Environment.ProcessorCount / 2),
            QueueLimit = options.MaxWaitingSecretChecks,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>For the tests.</summary>
    public long Waiting => _places.GetStatistics()!.CurrentQueuedCount;

    /// <summary>Null if it is right.</summary>
    /// <param name="account">Whose it is.</param>
    /// <param name="isSlow">Whether <paramref name="isRight"/> computes a slow hash.</param>
    /// <param name="isRight">Compares. Not called for an account that is locked, nor when too many wait.</param>
    /// <param name="wrong">The answer if it is not.</param>
    /// <param name="cancellationToken">Ends the wait. What is being computed goes on, and keeps its place.</param>
    public async Task<EntraError?> CheckAsync(SignInAccount account, bool isSlow, Func<bool> isRight, EntraError wrong, CancellationToken cancellationToken)
    {
        if (_failed.LockedFor(account) is { } locked)
        {
            return EntraError.Locked(account, locked);
        }

        if (!isSlow)
        {
            return Judge(account, isRight(), wrong);
        }

        using RateLimitLease place = await _places.AcquireAsync(permitCount: 1, cancellationToken);
        if (!place.IsAcquired)
        {
            return EntraError.TooManyChecks;
        }

        // Those who waited before may have been the last that were wrong.
        if (_failed.LockedFor(account) is { } lockedMeanwhile)
        {
            return EntraError.Locked(account, lockedMeanwhile);
        }

        // On a thread of its own: those of the pool are for requests that have little to do.
        bool result = await Task.Factory.StartNew(
            isRight, CancellationToken.None, TaskCreationOptions.LongRunning | TaskCreationOptions.DenyChildAttach, TaskScheduler.Default);
        return Judge(account, result, wrong);
    }

    public void Dispose() => _places.Dispose();

    private EntraError? Judge(SignInAccount account, bool isRight, EntraError wrong)
    {
        if (isRight)
        {
            _failed.Succeed(account);
            return null;
        }

        if (_failed.Fail(account))
        {
            LogLocked(_logger, account.IsApplication ? "application" : "user", account.Id, account.TenantId, account.Address);
        }

        return wrong;
    }

    [LoggerMessage(2120, LogLevel.Warning, "The {Kind} {Id} of tenant {Tenant} gave a wrong secret too often and is locked for a while; the last time from {Address}.")]
    private static partial void LogLocked(ILogger logger, string kind, string id, string tenant, string? address);
}
