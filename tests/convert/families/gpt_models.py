"""Tiny configs of GPT-2 and its relatives, and what may change in them."""

from acrl_jax.convert import families

SMALL = dict(
  gpt2=dict(vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4),
  gpt_bigcode=dict(vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4),
  codegen=dict(vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4, rotary_dim=2),
  gptj=dict(vocab_size=50, n_positions=12, n_embd=16, n_layer=2, n_head=4, rotary_dim=2),
  gpt_neo=dict(
    vocab_size=50, max_position_embeddings=12, hidden_size=16, num_layers=2, num_heads=4, window_size=3,
    attention_types=[[['global', 'local'], 1]],
  ),
  gpt_neox=dict(
    vocab_size=50, max_position_embeddings=12, hidden_size=16, num_hidden_layers=2, num_attention_heads=4,
    intermediate_size=24, rotary_pct=0.5,
  ),
)  # fmt: skip
CHANGES = {
  'gpt2': [
    {}, dict(tie_word_embeddings=False, n_inner=20), dict(scale_attn_weights=False, activation_function='gelu'),
    dict(scale_attn_by_inverse_layer_idx=True, layer_norm_epsilon=1e-3),
  ],
  'gpt_bigcode': [
    {}, dict(multi_query=False), dict(tie_word_embeddings=False, n_inner=20), dict(scale_attn_weights=False),
  ],
  'codegen': [{}, dict(rotary_dim=4), dict(n_head=2, n_inner=20)],
  'gptj': [{}, dict(rotary_dim=4), dict(activation_function='relu', n_inner=20)],
  'gpt_neo': [
    {}, dict(attention_types=[[['global'], 2]]), dict(attention_types=[[['local'], 2]], window_size=5),
    dict(tie_word_embeddings=False, intermediate_size=20),
  ],
  'gpt_neox': [
    {}, dict(use_parallel_residual=False), dict(attention_bias=False, rotary_pct=1.0), dict(tie_word_embeddings=True),
    dict(rotary_emb_base=500.0, rope_scaling=dict(type='linear', factor=2.0), hidden_act='silu'),
  ],
}  # fmt: skip
CASES = [(kind, change) for kind, changes in CHANGES.items() for change in changes]


def module(kind):
  return families.family_of({'model_type': kind}, 'test')


def config(kind, **change):
  return module(kind).config(SMALL[kind] | change)
