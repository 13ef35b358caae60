using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;

namespace Tributary.Indexing;

/// <summary>Counts the terms that a prefix looks up, whichever way Lucene chooses to use them.</summary>
internal sealed class MeteredPrefixQuery(Term prefix, SearchWork work) : PrefixQuery(prefix)
{
    protected override TermsEnum GetTermsEnum(Terms terms, AttributeSource atts) => new MeteredTermsEnum(terms.GetEnumerator(), Prefix.Bytes, work);

    private sealed class MeteredTermsEnum(TermsEnum terms, BytesRef prefix, SearchWork work) : PrefixTermsEnum(terms, prefix)
    {
        protected override AcceptStatus Accept(BytesRef term)
        {
            AcceptStatus status = base.Accept(term);
            if (status == AcceptStatus.YES)
            {
                work.TakeTerm();
            }

            return status;
        }
    }
}
