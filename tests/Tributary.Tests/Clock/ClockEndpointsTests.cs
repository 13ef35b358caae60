using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Time.Testing;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Clock;

public sealed class ClockEndpointsTests
{
    private const string Clock = "/tributary/clock";
    private static readonly DateTimeOffset Noon = new(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(new FakeTimeProvider(Noon), null, "Clock:Virtual=true");

    private static (string? Now, bool IsFrozen, string? Offset) Read(Answer answer) =>
        (answer.Json.GetProperty("now").GetString(), answer.Json.GetProperty("isFrozen").GetBoolean(), answer.Json.GetProperty("offset").GetString());

    [Fact]
    public async Task The_clock_is_read_frozen_advanced_set_and_resumed()
    {
        await using TestServer server = await StartAsync();

        Assert.Equal(("2026-11-22T12:00:00Z", false, "PT0S"), Read((await server.OperateAsync(HttpMethod.Get, Clock)).ShouldBe(200)));
        Assert.Equal(("2026-11-22T12:00:00Z", true, "PT0S"), Read(await server.ClockAsync("""{ "isFrozen": true }""")));
        Assert.Equal(("2026-11-22T13:30:00Z", true, "PT1H30M"), Read(await server.ClockAsync("""{ "advance": "PT1H30M" }""")));
        Assert.Equal(("2026-11-22T13:30:00.5Z", true, "PT1H30M0.5S"), Read(await server.ClockAsync("""{ "advance": 0.5 }""")));
        Answer set = await server.OperateAsync(HttpMethod.Post, Clock, """{ "now": "2027-01-01T01:00:00+01:00", "isFrozen": false }""");
        Assert.Equal(("2027-01-01T00:00:00Z", false, "P39DT12H"), Read(set.ShouldBe(200)));
        Assert.Equal(("2027-01-01T00:00:00Z", false, "P39DT12H"), Read((await server.OperateAsync(HttpMethod.Get, Clock)).ShouldBe(200)));
    }

    [Theory]
    [InlineData("""{ "now": "2026-11-22T11:59:59Z" }""", "ClockCannotGoBackwards", "$.now: It is 2026-11-22T12:00:00Z. The clock cannot go backwards")]
    [InlineData("""{ "advance": "-PT1S" }""", "ClockCannotGoBackwards", "$.advance: It is")]
    [InlineData("""{ "advance": -1 }""", "ClockCannotGoBackwards", "$.advance: It is")]
    [InlineData("""{ "now": "9900-01-01T00:00:01Z" }""", "ClockOutOfRange", "no further than 9900-01-01T00:00:00Z")]
    [InlineData("""{ "advance": "P1M" }""", "InvalidDuration", "$.advance: 'advance' must be a duration of days and less")]
    [InlineData("""{ "advance": "PT" }""", "InvalidDuration", "$.advance")]
    [InlineData("""{ "advance": true }""", "InvalidDuration", "$.advance")]
    [InlineData("""{ "advance": 1e300 }""", "InvalidDuration", "$.advance")]
    [InlineData("""{ "now": "tomorrow" }""", "InvalidDateTime", "$.now: 'now' must be an ISO 8601 date and time")]
    [InlineData("""{ "now": "2027-01-01T00:00:00Z", "advance": 1 }""", "ConflictingMembers", "$.advance: 'now' and 'advance' exclude each other.")]
    [InlineData("{}", "NothingToDo", "$: The body must have at least one of 'now', 'advance' and 'isFrozen'.")]
    [InlineData("""{ "isFrozen": "perhaps" }""", "BadRequest", "$.isFrozen")]
    [InlineData("""{ "offset": "PT1H" }""", "BadRequest", "$.offset: The property 'offset' does not exist on type 'tributary.clock'.")]
    [InlineData("[]", "BadRequest", "$: ")]
    public async Task What_the_clock_cannot_do_is_refused_with_its_reason_and_changes_nothing(string body, string innerCode, string reason)
    {
        await using TestServer server = await StartAsync();

        Answer answer = await server.OperateAsync(HttpMethod.Patch, Clock, body);

        Assert.Equal(innerCode, answer.ShouldBe(400).InnerCode);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
        Assert.Equal(("2026-11-22T12:00:00Z", false, "PT0S"), Read(await server.OperateAsync(HttpMethod.Get, Clock)));
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_told_at_once()
    {
        await using TestServer server = await StartAsync();

        Answer answer = await server.OperateAsync(HttpMethod.Patch, Clock, """{ "now": 5, "advance": "soon", "isFrozen": 7, "then": 1 }""");

        foreach (string path in (string[])["$.now", "$.advance", "$.isFrozen", "$.then"])
        {
            Assert.Contains(path + ":", answer.ShouldBe(400).Reason, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("POST")]
    public async Task It_is_the_operators_alone(string method)
    {
        await using TestServer server = await StartAsync();

        Answer application = await server.SendAsync(new HttpMethod(method), Clock, method == "GET" ? null : """{ "advance": 1 }""");
        Answer administrator = await server.SendAsync(new HttpMethod(method), Clock, method == "GET" ? null : """{ "advance": 1 }""", await server.UserTokenAsync("admin"));
        using HttpResponseMessage nobody = await server.Http.SendAsync(new HttpRequestMessage(new HttpMethod(method), Clock));

        application.ShouldBe(403, "Authorization_RequestDenied");
        administrator.ShouldBe(403, "Authorization_RequestDenied");
        Assert.Equal(401, (int)nobody.StatusCode);
        Assert.Equal("2026-11-22T12:00:00Z", Read(await server.OperateAsync(HttpMethod.Get, Clock)).Now);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("PATCH")]
    [InlineData("POST")]
    public async Task Switched_off_it_is_501_and_says_how_to_switch_it_on(string method)
    {
        await using TestServer server = await TestServer.StartAsync();

        Answer answer = await server.OperateAsync(new HttpMethod(method), Clock, method == "GET" ? null : """{ "advance": 1 }""");

        answer.ShouldBe(501, "NotImplemented");
        Assert.Equal("The virtual clock is switched off.", answer.ErrorMessage);
        Assert.Contains("--virtual-clock", answer.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_Date_header_and_the_date_inside_of_an_error_tell_the_virtual_time()
    {
        await using TestServer server = await StartAsync();
        await server.ClockAsync("""{ "isFrozen": true, "now": "2030-02-03T04:05:06Z" }""");

        Answer answer = (await server.GetAsync("/v1.0/external/connections/nobody1", await server.AppTokenAsync())).ShouldBe(404);

        Assert.Equal(new DateTimeOffset(2030, 2, 3, 4, 5, 6, TimeSpan.Zero), answer.Headers.Date);
        Assert.Equal("2030-02-03T04:05:06", answer.Json.GetProperty("error").GetProperty("innerError").GetProperty("date").GetString());
    }

    [Fact]
    public async Task Without_a_virtual_clock_the_Date_header_is_the_machines()
    {
        await using TestServer server = await TestServer.StartAsync(new FakeTimeProvider(Noon), null);

        Answer answer = await server.GetAsync("/v1.0/external/connections/nobody1");

        Assert.Equal(DateTimeOffset.UtcNow, answer.Headers.Date!.Value, TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task Over_the_machines_clock_it_tells_the_time_and_the_offset()
    {
        await using TestServer server = await TestServer.StartAsync("Clock:Virtual=true");

        JsonElement clock = (await server.ClockAsync("""{ "advance": "P1D" }""")).Json;

        DateTimeOffset now = DateTimeOffset.Parse(clock.GetProperty("now").GetString()!, CultureInfo.InvariantCulture);
        Assert.Equal(DateTimeOffset.UtcNow.AddDays(1), now, TimeSpan.FromMinutes(1));
        Assert.Equal("P1D", clock.GetProperty("offset").GetString());
    }

    [Theory]
    [InlineData("Clock:Virtual=true", "The virtual clock is on")]
    [InlineData("Faults:Enabled=true", "Fault injection is on")]
    public async Task It_refuses_to_start_where_other_machines_reach_it_unless_told(string setting, string reason)
    {
        const string Open = "Urls=http://0.0.0.0:0";
        string section = setting.Split(':')[0];

        OptionsValidationException refusal = await Assert.ThrowsAsync<OptionsValidationException>(() => StartOpenAsync(setting));
        Assert.StartsWith(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"{section}:AllowRemote=true", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("http://0.0.0.0:0", refusal.Message, StringComparison.Ordinal);

        OptionsValidationException kestrel = await Assert.ThrowsAsync<OptionsValidationException>(
            () => TestServer.StartAsync(setting, "Kestrel:Endpoints:Open:Url=http://*:0"));
        Assert.Contains("http://*:0", kestrel.Message, StringComparison.Ordinal);

        await StartOpenAsync(setting, section + ":AllowRemote=true");

        static async Task StartOpenAsync(params string[] settings)
        {
            string data = Directory.CreateTempSubdirectory("tributary-test-").FullName;
            try
            {
                await using Microsoft.AspNetCore.Builder.WebApplication app = Server.Build(
                    [new("Storage:Data", data), new("Logging:LogLevel:Default", "None")],
                    [.. settings.Append(Open).Append("Auth:Development:Enabled=true").Select(each => "--" + each)]);
            }
            finally
            {
                Directory.Delete(data, recursive: true);
            }
        }
    }
}
