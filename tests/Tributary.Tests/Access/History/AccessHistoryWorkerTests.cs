using Tributary.Tests.Auth;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Access.History;

public sealed class AccessHistoryWorkerTests : IDisposable
{
    private readonly string _data = Directory.CreateTempSubdirectory("tributary-test-").FullName;

    public void Dispose() => Directory.Delete(_data, recursive: true);

    [Fact]
    public async Task A_start_without_the_setting_warns_that_it_ends_the_history_and_says_since_when_there_was_one()
    {
        string begins = SinceOf(Assert.Single(await StartAsync("Access:History:Retention=7.00:00:00"), line => line.Contains("The history of access is kept", StringComparison.Ordinal)));

        string warning = Assert.Single(await StartAsync(), IsOfItsEnd);
        Assert.StartsWith("Warning ", warning, StringComparison.Ordinal);
        Assert.Contains("Access:History:Retention is not set", warning, StringComparison.Ordinal);
        Assert.Equal(begins, SinceOf(warning));

        Assert.DoesNotContain(await StartAsync(), IsOfItsEnd);
        Assert.DoesNotContain(await StartAsync("Access:History:Retention=7.00:00:00"), IsOfItsEnd);
        Assert.DoesNotContain(await StartAsync("Access:History:Retention=6.00:00:00"), IsOfItsEnd);
    }

    private static bool IsOfItsEnd(string line) => line.Contains("has ended", StringComparison.Ordinal);

    private static string SinceOf(string line) => line[line.IndexOf("Since=", StringComparison.Ordinal)..].Split("Reason", StringSplitOptions.None)[0].Split("{Orig", StringSplitOptions.None)[0].Trim();

    /// <summary>What a server that is started and stopped on the same data logs.</summary>
    private async Task<IReadOnlyList<string>> StartAsync(params string[] settings)
    {
        var log = new LogRecorder();
        await using (await TestServer.StartWithLogAsync(_data, log, settings))
        {
        }

        return log.Lines;
    }
}
