using Lucene.Net.Index;
using Lucene.Net.Search;
using Lucene.Net.Util;
using Tributary.Indexing.Ranking;

namespace Tributary.Indexing;

/// <summary>Counts the terms that a prefix looks up, whichever way Lucene chooses to use them.</summary>
/// <param name="prefix">What terms begin with.</param>
/// <param name="work">Counts along.</param>
/// <param name="visible">Where only what the caller may see is to count: terms that nothing of it has are passed over. Null: every term counts.</param>
internal sealed class MeteredPrefixQuery(Term prefix, SearchWork work, VisibleItems? visible = null) : PrefixQuery(prefix)
{
    protected override TermsEnum GetTermsEnum(Terms terms, AttributeSource atts) =>
        new MeteredTermsEnum(terms.GetEnumerator(), Prefix.Bytes, work, visible?.DocumentsOfOrNull(terms, Prefix.Field));

    private sealed class MeteredTermsEnum(TermsEnum terms, BytesRef prefix, SearchWork work, IBits? documents) : PrefixTermsEnum(terms, prefix)
    {
        private readonly TermsEnum _terms = terms;
        private DocsEnum? _docs;

        protected override AcceptStatus Accept(BytesRef term)
        {
            AcceptStatus status = base.Accept(term);
            if (status != AcceptStatus.YES)
            {
                return status;
            }

            if (documents is not null && (_docs = _terms.Docs(documents, _docs, DocsFlags.NONE)).NextDoc() == DocIdSetIterator.NO_MORE_DOCS)
            {
                work.Look();
                return AcceptStatus.NO;
            }

            work.TakeTerm();
            return status;
        }
    }
}
