using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Tributary.Connections;
using Tributary.Indexing;
using Tributary.Profiles;
using Tributary.Quirks;
using Tributary.Schemas;
using Tributary.Tests.Hosting;
using Tributary.Throttling;

namespace Tributary.Tests.Profiles;

public class ProfileTests
{
    [Theory]
    [InlineData(null, "fast")]
    [InlineData("fast", "fast")]
    [InlineData("graph", "graph")]
    [InlineData("Graph", "graph")]
    public void A_profile_is_asked_for_by_name_and_is_fast_without_one(string? asked, string name) => Assert.Equal(name, Profile.Of(Settings(asked)).Name);

    [Fact]
    public void A_name_that_no_profile_has_is_refused_with_those_there_are() =>
        Assert.Equal("Profile is 'slow'; it must be one of fast, graph.", Assert.Throws<ArgumentException>(() => Profile.Of(Settings("slow"))).Message);

    [Fact]
    public void The_last_source_that_asks_for_a_profile_has_its_way() => Assert.Equal("graph", Profile.Of(Settings("fast", "graph", null)).Name);

    [Fact]
    public void A_variable_of_the_environment_asks_for_a_profile_by_the_prefix_only()
    {
        // Nobody else reads either of them.
        Environment.SetEnvironmentVariable("PROFILE", "release");
        Environment.SetEnvironmentVariable("TRIBUTARY_TEST_PROFILE", "graph");
        try
        {
            Assert.Equal("fast", Profile.Of(Server.Configure([], []).Configuration).Name);
            var configuration = new ConfigurationManager();
            configuration.AddEnvironmentVariables("TRIBUTARY_TEST_");
            configuration.AddEnvironmentVariables();
            Assert.Equal("graph", Profile.Of(configuration).Name);
        }
        finally
        {
            Environment.SetEnvironmentVariable("PROFILE", null);
            Environment.SetEnvironmentVariable("TRIBUTARY_TEST_PROFILE", null);
        }
    }

    [Fact]
    public void The_values_of_fast_are_the_defaults_of_the_options()
    {
        IConfiguration fast = new ConfigurationBuilder().AddInMemoryCollection(Profile.Fast.Values).Build();
        object[] defaults = [new SchemaOptions(), new IndexOptions(), new ConnectionOptions(), new ThrottlingOptions()];

        int compared = 0;
        foreach (object options in defaults)
        {
            string section = (string)options.GetType().GetField("Section")!.GetRawConstantValue()!;
            foreach (IConfigurationSection setting in fast.GetSection(section).GetChildren())
            {
                PropertyInfo property = options.GetType().GetProperty(setting.Key)!;
                Assert.Equal((setting.Path, Convert.ToString(property.GetValue(options), null)), (setting.Path, setting.Value));
                compared++;
            }
        }

        Assert.Equal(ProfileSetting.All.Count(setting => !setting.IsQuirk), compared);
        Assert.All(Quirk.All, quirk => Assert.False(Profile.Fast.TurnsOn(quirk)));
    }

    [Fact]
    public void A_profile_lies_beneath_every_other_source_of_settings()
    {
        WebApplicationBuilder builder = Server.Configure([new("Profile", "graph")], []);

        IConfigurationSource[] sources = [.. ((IConfigurationBuilder)builder.Configuration).Sources];
        Assert.Same(Profile.Graph.Values, Assert.IsType<MemoryConfigurationSource>(sources[0]).InitialData);
        Assert.True(sources.Length > 3);
    }

    [Fact]
    public async Task Graph_is_a_set_of_values_of_which_each_can_be_set_alone()
    {
        await using TestServer server = await TestServer.StartAsync(
            "Profile=graph", "Schemas:ProvisioningDelay=00:00:03", "Quirks:broken-layout-503=false", "Throttling:ItemWritesPerSecond=0", "Quirks:missing-permission-401=true");

        ThrottlingOptions throttling = Of<ThrottlingOptions>(server);
        Assert.Equal("00:00:03", Of<SchemaOptions>(server).ProvisioningDelay);
        Assert.Equal("00:15:00..00:30:00", Of<IndexOptions>(server).VisibilityDelay);
        Assert.Equal(TimeSpan.FromMinutes(5), Of<ConnectionOptions>(server).DeletionDelay);
        Assert.Equal((25, 0, 10, 1000), (throttling.ConcurrentCalls, throttling.ItemWritesPerSecond, throttling.ItemReadsPerSecond, throttling.GroupCallsPerSecond));
        Assert.Equal((200, 130_000, 0), (throttling.RetrievalsPerHour, throttling.AppCallsPerTenSeconds, throttling.TenantCallsPerTenSeconds));
        QuirkSet quirks = server.Services.GetRequiredService<QuirkSet>();
        Assert.Equal(
            [
                ("broken-layout-503", false), ("missing-permission-401", true), ("foreign-connection-403", false),
                ("malformed-without-reason", true), ("empty-activities", true),
                ("throttled-without-wait", false), ("fractional-retry-after", false),
            ],
            Quirk.All.Select(quirk => (quirk.Id, quirks.IsOn(quirk))));
    }

    private static T Of<T>(TestServer server)
        where T : class => server.Services.GetRequiredService<IOptions<T>>().Value;

    private static ConfigurationManager Settings(params string?[] profiles)
    {
        var configuration = new ConfigurationManager();
        foreach (string? profile in profiles)
        {
            configuration.AddInMemoryCollection(profile is null ? [] : [new("Profile", profile)]);
        }

        return configuration;
    }
}
