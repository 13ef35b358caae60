using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Quirks;

/// <summary>The quirks <c>throttled-without-wait</c> and <c>fractional-retry-after</c>, alone and together; without them see ThrottlingTests.</summary>
public class ThrottledAnswersTests
{
    private const string Connections = "/v1.0/external/connections";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.UtcNow);

    [Theory]
    [InlineData("TooManyRequests", "8")]
    [InlineData("BadRequest", null, "throttled-without-wait")]
    [InlineData("TooManyRequests", "7.872", "fractional-retry-after")]
    [InlineData("BadRequest", null, "throttled-without-wait", "fractional-retry-after")]
    public async Task A_429_says_what_the_quirks_leave_of_it(string code, string? retryAfter, params string[] quirks)
    {
        await using TestServer server = await TestServer.StartAsync(_time, null, ["Throttling:TenantCallsPerTenSeconds=1", .. quirks.Select(quirk => $"Quirks:{quirk}=true")]);
        (await server.GetAsync(Connections)).ShouldBe(200);
        _time.Advance(TimeSpan.FromMilliseconds(2128.4));

        Answer answer = await server.GetAsync(Connections);

        answer.ShouldBe(429, code);
        Assert.Equal(retryAfter, answer.Headers.TryGetValues("Retry-After", out IEnumerable<string>? values) ? values.Single() : null);
    }
}
