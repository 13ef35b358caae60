using System.Globalization;
using System.Text.RegularExpressions;
using Tributary.Tests.Hosting;
using Tributary.Tests.Search;

namespace Tributary.Tests.Telemetry;

public sealed partial class TributaryMeterTests
{
    [Theory]
    [InlineData("tributary_store_commit_duration_seconds")]
    [InlineData("tributary_index_refresh_duration_seconds")]
    public async Task Durations_are_counted_by_bounds_that_tell_milliseconds_from_seconds(string histogram)
    {
        await using TestServer server = await TestServer.StartAsync("Telemetry:Prometheus=true");
        await server.CreateReadyConnectionAsync();
        await server.PutItemAsync("contosohr", "a", SearchServer.Item("""{ "title": "word" }"""));
        Assert.Equal(["a"], (await server.FindAsync("contosohr", "word")).HitIds);

        // The index is there by now, and is refreshed.
        await server.PutItemAsync("contosohr", "b", SearchServer.Item("""{ "title": "other" }"""));
        Assert.Equal(["b"], (await server.FindAsync("contosohr", "other")).HitIds);

        // What has happened is counted after others may see it.
        double[] bounds = await Eventually.HoldsAsync(() => BoundsAsync(server, histogram), bounds => bounds.Length > 0);

        Assert.Contains(0.005, bounds);
        Assert.Contains(1, bounds);
        Assert.Equal(30, bounds.Max());
    }

    private static async Task<double[]> BoundsAsync(TestServer server, string histogram)
    {
        string text = (await server.OperateAsync(HttpMethod.Get, "/tributary/metrics")).ShouldBe(200).Body;
        return [.. Bucket().Matches(text).Where(bucket => bucket.Groups[1].Value == histogram).Select(bucket => double.Parse(bucket.Groups[2].Value, CultureInfo.InvariantCulture))];
    }

    [GeneratedRegex("""^(\w+)_bucket\{.*le="([\d.]+)"\}""", RegexOptions.Multiline)]
    private static partial Regex Bucket();
}
