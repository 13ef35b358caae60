using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Seed;

/// <summary>When the file is read, and what holds while it is wrong.</summary>
public sealed class SeedDirectoryTests
{
    private const string Good = """{ "users": [{ "userPrincipalName": "ada@tributary.local" }] }""";

    public static TheoryData<string> Broken => new("{ broken", "", """{ "users": [ null ] }""", """{ "users": [ {} ] }""", """{ "usrs": [] }""");

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_file_that_is_wrong_ends_the_start(string broken) =>
        Assert.Contains("Directory:SeedFile", (await Assert.ThrowsAsync<InvalidDataException>(() => TestServer.StartWithSeedAsync(broken))).Message, StringComparison.Ordinal);

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_file_that_breaks_between_the_start_and_the_first_request_is_503_until_it_is_right(string broken)
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(Good);
        await server.WriteSeedAsync(broken);

        HttpRequestException refused = await Assert.ThrowsAsync<HttpRequestException>(() => server.UserTokenAsync("ada"));

        Assert.Equal(503, (int)refused.StatusCode!);
        await server.WriteSeedAsync(Good);
        Assert.NotEmpty(await server.UserTokenAsync("ada"));
    }

    [Fact]
    public async Task A_file_that_is_taken_away_is_503_until_it_is_there_again()
    {
        await using TestServer server = await TestServer.StartWithSeedAsync(Good);
        File.Delete(Path.Combine(server.Data, "seed.json"));

        Assert.Equal(503, (int)(await Assert.ThrowsAsync<HttpRequestException>(() => server.UserTokenAsync("ada"))).StatusCode!);
        await server.WriteSeedAsync(Good);
        Assert.NotEmpty(await server.UserTokenAsync("ada"));
    }

    [Fact]
    public async Task What_a_right_file_says_holds_from_the_next_request_on()
    {
        await using TestServer server = await TestServer.StartWithSeedAsync("{}");
        Assert.Equal(400, (int)(await Assert.ThrowsAsync<HttpRequestException>(() => server.UserTokenAsync("ada"))).StatusCode!);

        await server.WriteSeedAsync(Good);

        Assert.NotEmpty(await server.UserTokenAsync("ada"));
    }
}
