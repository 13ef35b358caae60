using Microsoft.Extensions.Options;
using Tributary.Tests.Hosting;

namespace Tributary.Tests;

public class ServerTests
{
    [Theory]
    [InlineData("Search:AllowGuestz=true", "Search:AllowGuestz is not a setting; did you mean Search:AllowGuests?")]
    [InlineData("Search:AllowGuests=maybe", "Search:AllowGuests is 'maybe'; it must be true or false.")]
    [InlineData("Search:MaxPageSize=1001", "Search:MaxPageSize is 1001; it must be from 1 to 1000.")]
    [InlineData("Auth:Authorety=https://login.example.org", "Auth:Authorety is not a setting; did you mean Auth:Authority?")]
    [InlineData("Telemetry:Promethius=true", "Telemetry:Promethius is not a setting; did you mean Telemetry:Prometheus?")]
    [InlineData("Telemetry:Otlp=maybe", "Telemetry:Otlp is 'maybe'; it must be true or false.")]
    [InlineData("Directory:Source=7", "Directory:Source is '7'; it must be one of Token, Seed, Scim, Graph.")]
    [InlineData("Storage:MaxBytes=1048575", "Storage:MaxBytes is 1048575; it must be 0 for no bound, or 1048576 or more.")]
    [InlineData("Items:MaxAclEntries=0", "Items:MaxAclEntries is 0; it must be 1 or more.")]
    [InlineData("Schemas:ProvisioningDelay=00:15:00..00:05:00", "Schemas:ProvisioningDelay is '00:15:00..00:05:00'; it must be 00:00:00 or longer")]
    [InlineData("Indexing:VisibilityDelay=soon", "Indexing:VisibilityDelay is 'soon'; it must be 00:00:00 or longer")]
    [InlineData("Throttling:ConcurrentCalls=-1", "Throttling:ConcurrentCalls is -1; it must be 0 for no limit, or more.")]
    [InlineData("Throttling:ConcurrencyRetryAfter=00:00:00.9", "Throttling:ConcurrencyRetryAfter is 00:00:00.9000000; it must be from 00:00:01 to 01:00:00.")]
    [InlineData("Throttling:ItemsPerSecond=25", "Throttling:ItemsPerSecond is not a setting; there are ConcurrentCalls, ItemWritesPerSecond,")]
    [InlineData("Kestrel:Endpoints:Http:Url=http://0.0.0.0:0", "The server would listen on http://0.0.0.0:0, which is open to other machines")]
    [InlineData("Nodes:Hartbeat=00:00:01", "Nodes:Hartbeat is not a setting; did you mean Nodes:Heartbeat?")]
    [InlineData("Nodes:MaxKeptChanges=999", "Nodes:MaxKeptChanges is 999; it must be 1000 or more.")]
    [InlineData("Indexing:SnapshotDirectory=copies", "Indexing:SnapshotDirectory is for nodes that share a store, with Storage:Provider=Postgres; leave it out.", "Storage:InMemory=true")]
    [InlineData("Groups:MaxMembers=-1", "Groups:MaxMembers is -1; it must be 0 or more.")]
    public async Task A_wrong_or_unknown_setting_ends_the_start_and_is_named(string setting, string named, string beside = "Search:AllowGuests=false")
    {
        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(setting, beside));

        Assert.Contains(named, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task All_that_is_wrong_in_whatever_section_is_told_at_once_and_no_data_directory_made()
    {
        string data = Path.Combine(Path.GetTempPath(), $"tributary-test-{Guid.NewGuid():N}");

        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(
            time: null, data, "Storage:MaxBytes=1", "Auth:ClockSkew=01:00:00", "Auth:Cloud=Mars", "Directory:Source=7", "Search:MaxPageSize=0", "PublicUrl=x", "RandomSeed=some",
            "Quirks:no-such=true", "Urls=ftp://localhost"));

        Assert.All(
            ["Storage:MaxBytes", "Auth:ClockSkew", "Auth:Cloud is 'Mars'", "Directory:Source", "Search:MaxPageSize", "PublicUrl", "RandomSeed", "Quirks:no-such", "'ftp://localhost' is no address"],
            (string setting) => Assert.Single(refusal.Failures, failure => failure.StartsWith(setting, StringComparison.Ordinal)));
        Assert.Equal(refusal.Failures, refusal.Failures.Distinct());
        Assert.False(Directory.Exists(data));
    }

    [Fact]
    public async Task So_are_settings_that_do_not_go_together()
    {
        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => TestServer.StartAsync(
            "Kestrel:Endpoints:Http:Url=http://0.0.0.0:0", "Faults:Enabled=true", "Clock:Virtual=true"));

        Assert.Equal(3, refusal.Failures.Count());
        Assert.All(refusal.Failures, failure => Assert.Contains("open to other machines", failure, StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_in_a_data_directory_that_was_open_to_others_is_the_owners_alone()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has access lists instead.");
            return;
        }

        string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
        File.SetUnixFileMode(data, (UnixFileMode)0b111_101_101);
        try
        {
            await using (TestServer server = await TestServer.StartAsync(time: null, data: data))
            {
                await server.CreateReadyConnectionAsync();
                foreach (string path in Directory.GetFileSystemEntries(data))
                {
                    UnixFileMode others = File.GetUnixFileMode(path) & (UnixFileMode)0b000_111_111;
                    Assert.True(others == UnixFileMode.None, $"{Path.GetFileName(path)} is open to others: {others}");
                }
            }
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }
}
