namespace Tributary.Chaos.Clusters;

/// <summary>A primary and its synchronous standby, which change places when the primary is lost.</summary>
internal sealed class PostgresPair(PostgresServer first, PostgresServer second) : IAsyncDisposable
{
    private PostgresServer _primary = first;
    private PostgresServer _standby = second;

    public async Task StartAsync()
    {
        await _primary.CreateAsync();
        await _standby.FollowAsync(_primary);
        await _primary.WaitForStandbyAtCommitAsync();
    }

    /// <summary>Restarts one of the two, or loses the primary for good and goes on with the standby and a new one beside it.</summary>
    public Task BreakAsync(Random random, Action<string> tell) => random.Next(10) switch
    {
        < 3 => RestartAsync(_primary, random, "primary", tell),
        < 5 => RestartAsync(_standby, random, "standby", tell),
        _ => FailOverAsync(random, tell),
    };

    public async ValueTask DisposeAsync()
    {
        foreach (PostgresServer server in new[] { _standby, _primary })
        {
            if (server.IsRunning)
            {
                await server.StopAsync("immediate");
            }
        }
    }

    private static string ModeOf(Random random) => random.Next(2) == 0 ? "fast" : "immediate";

    private async Task RestartAsync(PostgresServer server, Random random, string what, Action<string> tell)
    {
        string mode = ModeOf(random);
        tell($"stop {what} {server.Name} ({mode})");
        await server.StopAsync(mode);
        await Task.Delay(random.Next(2000));
        await server.StartAsync();
        tell($"{what} {server.Name} is there again");
        await _primary.WaitUntilInStepAsync();
    }

    /// <summary>
    /// The standby is in step before: after a restart a primary shows commits that no standby has, and whoever promoted one then would undo what was seen, by PostgreSQL's own
    /// rules. Whoever supervises servers looks at that, too.
    /// </summary>
    private async Task FailOverAsync(Random random, Action<string> tell)
    {
        await _primary.WaitUntilInStepAsync();
        string mode = ModeOf(random);
        tell($"lose primary {_primary.Name} ({mode})");
        await _primary.StopAsync(mode);
        await Task.Delay(random.Next(1500));
        await _standby.PromoteAsync();
        (_primary, _standby) = (_standby, _primary);
        tell($"{_primary.Name} is primary");
        await Task.Delay(random.Next(1500));
        await _standby.FollowAsync(_primary);
        await _primary.WaitForStandbyAtCommitAsync();
        tell($"{_standby.Name} is its standby");
    }
}
