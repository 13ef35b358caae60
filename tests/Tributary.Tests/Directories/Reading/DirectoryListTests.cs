using Tributary.Tests.Hosting;

namespace Tributary.Tests.Directories.Reading;

/// <summary>Pages, order, count and filter, which all lists of the directory have in common.</summary>
public sealed class DirectoryListTests(DirectoryServer directory) : IClassFixture<DirectoryServer>
{
    private const string Ada = DirectoryServer.Ada;
    private const string Bob = DirectoryServer.Bob;

    [Theory]
    [InlineData("")]
    [InlineData("&$orderby=displayName desc")]
    [InlineData("&$orderby=userPrincipalName,displayName")]
    public async Task Pages_hold_each_user_once_and_the_first_tells_how_many_there_are(string order)
    {
        string[] all = Paging.Ids(await directory.GetAsync("/v1.0/users?$top=999" + order));
        var ids = new List<string>();
        Answer first = await directory.GetAsync("/v1.0/users?$top=2&$count=true" + order);
        for (string? next = Paging.NextOrNull(first, ids); next is not null;)
        {
            Assert.StartsWith(directory.Origin + "/v1.0/users?", next, StringComparison.Ordinal);
            Answer page = await directory.GetAsync(next);
            Assert.False(page.Json.TryGetProperty("@odata.count", out _));
            next = Paging.NextOrNull(page, ids);
        }

        Assert.Equal(5, all.Length);
        Assert.Equal(5, first.Json.GetProperty("@odata.count").GetInt32());
        Assert.Equal(all, ids);
    }

    [Fact]
    public async Task Lists_can_be_sorted_by_names_letter_case_aside_and_by_nothing_else()
    {
        Answer answer = (await directory.GetAsync("/v1.0/users?$orderby=displayName&$select=displayName")).ShouldBe(200);

        Assert.Equal(
            ["Ada Lovelace", "bob o'Hara", "Tributary Administrator", "Tributary Guest", "Tributary Reader"],
            answer.Json.GetProperty("value").EnumerateArray().Select(user => user.GetProperty("displayName").GetString()));
        (await directory.GetAsync("/v1.0/users?$orderby=surname")).ShouldBe(400, "Request_UnsupportedQuery");
        (await directory.GetAsync("/v1.0/groups?$orderby=displayName desc")).ShouldBe(200);
    }

    [Theory]
    [InlineData("displayName eq 'ada lovelace'", Ada)]
    [InlineData("displayName eq 'bob o''Hara'", Bob)]
    [InlineData("'Ada' eq givenName", Ada)]
    [InlineData("userPrincipalName eq 'BOB@contoso.test'", Bob)]
    [InlineData("mail in ('ada@contoso.test', 'bob@contoso.test')", Ada, Bob)]
    [InlineData("id in ('0ada0000-0000-4000-8000-000000000001')", Ada)]
    [InlineData("startswith(displayName,'ada') or startsWith(displayName,'BOB')", Ada, Bob)]
    [InlineData("endswith(mail,'@contoso.test') and accountEnabled eq true", Ada)]
    [InlineData("accountEnabled eq false", Bob)]
    [InlineData("not accountEnabled", Bob)]
    [InlineData("userType eq 'Guest' and not startswith(displayName,'Tributary')", Bob)]
    [InlineData("department eq 'Engines'", Ada)]
    [InlineData("surname ne null", Ada)]
    [InlineData("businessPhones/any(p:p eq '1')")]
    [InlineData("displayName eq 'nobody'")]
    public async Task A_filter_leaves_who_matches(string filter, params string[] expected)
    {
        Answer answer = await directory.GetAsync("/v1.0/users?$filter=" + Uri.EscapeDataString(filter));

        Assert.Equal(expected, Paging.Ids(answer));
        Assert.Equal($"{expected.Length}", (await directory.GetAsync("/v1.0/users/$count?$filter=" + Uri.EscapeDataString(filter))).ShouldBe(200).Body);
    }

    [Theory]
    [InlineData("contains(displayName,'a')", "The function 'contains' is not supported.")]
    [InlineData("displayName gt 'a'", "The operator 'gt' is not supported.")]
    [InlineData("tolower(displayName) eq 'a'", "The function 'tolower' is not supported; a comparison is of a member with a constant.")]
    [InlineData("displayName eq surname", "A comparison must be with a constant. The property 'surname' is none.")]
    [InlineData("displayName has 'x'", "The operator 'has' is not supported.")]
    [InlineData("businessPhones/all(p:p eq '1')", "The operator 'all' on 'businessPhones' is not supported.")]
    [InlineData("true", "The constant true is no condition")]
    [InlineData("(displayName eq 'a') eq true", "The operator 'eq' is not supported; a comparison is of a member with a constant.")]
    [InlineData("businessPhones/any(p:startswith(p,'1'))", "Inside of any only eq")]
    public async Task What_a_filter_cannot_say_is_refused_by_its_name(string filter, string reason)
    {
        Answer answer = (await directory.GetAsync("/v1.0/users?$filter=" + Uri.EscapeDataString(filter))).ShouldBe(400, "BadRequest");

        Assert.Equal("This query is not supported.", answer.ErrorMessage);
        Assert.Contains(reason, answer.Reason, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$search=\"displayName:a\"", "The query parameter '$search' is not supported.")]
    [InlineData("$skip=1", "The query parameter '$skip' is not supported.")]
    [InlineData("$filter=nickname eq 'a'", "Could not find a property named 'nickname' on type 'microsoft.graph.user'.")]
    [InlineData("$skiptoken=x", "The skip token is invalid or expired.")]
    public async Task Other_options_are_refused_by_their_names(string query, string message) =>
        Assert.Equal(message, (await directory.GetAsync("/v1.0/users?" + query)).ShouldBe(400, "BadRequest").ErrorMessage);

    [Fact]
    public async Task A_skip_token_is_good_for_its_own_list_only()
    {
        string token = Paging.LinkOrNull(await directory.GetAsync("/v1.0/users?$top=1"))!.Split("$skiptoken=")[1];

        (await directory.GetAsync("/v1.0/users?$top=1&$skiptoken=" + token)).ShouldBe(200);
        (await directory.GetAsync("/v1.0/groups?$top=1&$skiptoken=" + token)).ShouldBe(400, "BadRequest");
        (await directory.GetAsync("/v1.0/users?$top=1&$orderby=displayName&$skiptoken=" + token)).ShouldBe(400, "BadRequest");
    }

    [Fact]
    public async Task The_preferred_page_size_counts_and_none_is_asked_for_with_zero()
    {
        Answer answer = await directory.Server.SendAsync(
            HttpMethod.Get, "/v1.0/users", null, await directory.Server.AppTokenAsync("a0000000-0000-4000-8000-000000000001"), ("Prefer", "odata.maxpagesize=2"), ("ConsistencyLevel", "eventual"));

        Assert.Equal(2, Paging.Ids(answer).Length);
        Assert.NotNull(Paging.LinkOrNull(answer));
        Answer none = await directory.GetAsync("/v1.0/users?$top=0&$count=true");
        Assert.Empty(Paging.Ids(none));
        Assert.Null(Paging.LinkOrNull(none));
        Assert.Equal(5, none.Json.GetProperty("@odata.count").GetInt32());
        Assert.Equal("5", (await directory.GetAsync("/v1.0/users/$count")).ShouldBe(200).Body);
    }
}
