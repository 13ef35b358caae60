using System.Net.Http.Headers;
using Tributary.Tests.Hosting;

namespace Tributary.Tests.Batch;

/// <summary>Each row of <see cref="MalformedBatches"/> gets exactly its refusal, and nothing of it is executed.</summary>
public sealed class MalformedBatchTests(MalformedBatchTests.Fixture fixture) : IClassFixture<MalformedBatchTests.Fixture>
{
    private static readonly Dictionary<string, MalformedRequest> Rows = MalformedBatches.All.ToDictionary(row => row.Name);

    public static IEnumerable<TheoryDataRow<string>> Names => Rows.Keys.Select(name => new TheoryDataRow<string>(name));

    [Fact]
    public void There_are_at_least_80_of_them() => Assert.True(Rows.Count >= 80, $"There are only {Rows.Count}.");

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_malformed_batch_is_refused_whole(string name)
    {
        MalformedRequest row = Rows[name];
        using var request = new HttpRequestMessage(HttpMethod.Post, row.Path);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await fixture.Server.AppTokenAsync());
        request.Content = row.IsChunked ? new StreamContent(new MemoryStream(row.Body!)) : new ByteArrayContent(row.Body!);
        request.Headers.TransferEncodingChunked = row.IsChunked;
        if (row.ContentType is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Type", row.ContentType);
        }

        if (row.ContentEncoding is not null)
        {
            request.Content.Headers.TryAddWithoutValidation("Content-Encoding", row.ContentEncoding);
        }

        using HttpResponseMessage response = await fixture.Server.Http.SendAsync(request);
        Answer answer = await Answer.ReadAsync(response);

        answer.ShouldBe(row.Status, row.Code);
        Assert.Equal((row.Message, row.InnerCode), (answer.ErrorMessage, answer.InnerCode));
        Assert.Contains(row.Reason!, answer.Reason, StringComparison.Ordinal);
        Assert.Equal("application/json", answer.ContentHeaders.ContentType!.ToString());
        (await fixture.Server.GetAsync("/v1.0/external/connections/contosohr/items/T1")).ShouldBe(404, "ItemNotFound");
    }

    public sealed class Fixture : IAsyncLifetime
    {
        internal TestServer Server { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            Server = await TestServer.StartAsync("Batch:MaxBytes=100000");
            await Server.CreateReadyConnectionAsync();
        }

        public ValueTask DisposeAsync() => Server.DisposeAsync();
    }
}
