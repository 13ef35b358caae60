using System.Net.Http.Headers;

namespace Tributary.Tests.Hosting;

/// <summary>Each row of <see cref="MalformedRequests"/> gets exactly its refusal, and leaves no trace.</summary>
public class MalformedRequestTests(MalformedRequestServer fixture) : IClassFixture<MalformedRequestServer>
{
    private static readonly Dictionary<string, MalformedRequest> Rows = MalformedRequests.All.ToDictionary(row => row.Name);

    public static IEnumerable<TheoryDataRow<string>> Names => Rows.Keys.Select(name => new TheoryDataRow<string>(name));

    [Fact]
    public void There_are_at_least_170_of_them() => Assert.True(Rows.Count >= 170, $"There are only {Rows.Count}.");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_malformed_request_is_refused_by_its_rule_and_changes_nothing(string name)
    {
        MalformedRequest row = Rows[name];

        Answer answer = await SendAsync(row);

        answer.ShouldBe(row.Status, row.Code);
        Assert.Equal(row.InnerCode, answer.InnerCode);
        if (row.Reason is null)
        {
            Assert.Null(answer.Reason);
        }
        else
        {
            Assert.Contains(row.Reason, answer.Reason, StringComparison.Ordinal);
        }

        if (row.Message is not null)
        {
            Assert.Equal(row.Message, answer.ErrorMessage);
        }

        Assert.True(row.Status is < 500 or 501, "No malformed request is a fault of the server.");
        Assert.Equal("application/json", answer.ContentHeaders.ContentType!.ToString());
        Assert.Equal(fixture.Before, await fixture.SnapshotAsync());
    }

    private async Task<Answer> SendAsync(MalformedRequest row)
    {
        // Uri would tidy up what is to be sent as it is.
        var uri = new Uri(fixture.Server.Http.BaseAddress + row.Path.TrimStart('/'), new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true });
        using var request = new HttpRequestMessage(new HttpMethod(row.Method), uri);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await fixture.Server.AppTokenAsync());
        if (row.Body is not null)
        {
            request.Content = row.IsChunked ? new StreamContent(new MemoryStream(row.Body)) : new ByteArrayContent(row.Body);
            if (row.ContentType is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Type", row.ContentType);
            }

            if (row.ContentEncoding is not null)
            {
                request.Content.Headers.TryAddWithoutValidation("Content-Encoding", row.ContentEncoding);
            }

            if (row.IsChunked)
            {
                request.Headers.TransferEncodingChunked = true;
            }
        }

        using HttpResponseMessage response = await fixture.Server.Http.SendAsync(request);
        return await Answer.ReadAsync(response);
    }
}
