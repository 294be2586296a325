"""transformers and torch, as speed.py times them: the settings that are fastest here, found as they are warmed up."""

from __future__ import annotations

import contextlib
import functools
import pathlib
import time

import numpy as np
import torch
import transformers
from speed_child import serve

CACHES = ('dynamic', 'static')
OPTIMIZERS = (dict(fused=True), dict(foreach=True))
TRIES = 2  # of each, where the faster is looked for


class Transformers:
  """Each method does one piece of work and waits for it; options as speed.py writes them."""

  def __init__(self, folder: str, dtype: str, P: int, temperature: float, learning_rate: float, threads: int):
    torch.set_num_threads(threads)
    self.folder, self.P, self.temperature = pathlib.Path(folder), P, temperature
    self.rate, self.dtype = learning_rate, getattr(torch, dtype)
    self.device = torch.device('cuda' if torch.cuda.is_available() else 'cpu')
    self.model = self._load(self.dtype).eval()
    self.model.generation_config = transformers.GenerationConfig(pad_token_id=0)  # no token ends a row
    self.rows = torch.from_numpy(np.load(self.folder / 'rows.npy')).long().to(self.device)
    self.cache = self.trained = self.optimizer = None
    device = torch.cuda.get_device_name() if self.device.type == 'cuda' else 'cpu'
    versions = dict(torch=torch.__version__, transformers=transformers.__version__)
    self.facts = dict(**versions, device=device, settings={})

  def _load(self, dtype):
    return transformers.AutoModelForCausalLM.from_pretrained(
      self.folder / 'model', dtype=dtype, attn_implementation='sdpa'
    ).to(self.device)

  def _wait(self) -> None:
    if self.device.type == 'cuda':
      torch.cuda.synchronize()

  def settings(self) -> dict:
    """What was tried and taken; seconds by name."""
    return dict(settings=self.facts['settings'])

  def generate(self, B: int, C: int, samples: int = 1) -> dict:
    if self.cache is None:
      runs = {cache: functools.partial(self._generate, B, C, samples, cache) for cache in CACHES}
      self.cache = self._fastest('cache', runs)
    return dict(tokens=self._generate(B, C, samples, self.cache))

  @torch.inference_mode()
  def _generate(self, B: int, C: int, samples: int, cache: str) -> int:
    prompts = self.rows[: B // samples, : self.P]
    made = self.model.generate(
      input_ids=prompts, attention_mask=torch.ones_like(prompts), max_new_tokens=C, do_sample=True, top_k=0, top_p=1.0,
      temperature=self.temperature, use_cache=True, cache_implementation=cache, num_return_sequences=samples,
    )  # fmt: skip
    self._wait()
    return made[:, self.P :].numel()

  def _fastest(self, what: str, runs: dict) -> str:
    for run in runs.values():
      run()
    seconds = {name: [] for name in runs}
    for _ in range(TRIES):
      for name, run in runs.items():
        start = time.perf_counter()
        run()
        seconds[name].append(time.perf_counter() - start)
    best = min(runs, key=lambda name: min(seconds[name]))
    self.facts['settings'][what] = dict(taken=best, seconds=seconds)
    return best

  def _log_probs(self, model, rows):
    """[B, C] float32: of the completion columns, which alone have logits."""
    T = rows.shape[1]
    columns = torch.arange(self.P - 1, T - 1, device=self.device)
    logits = model(input_ids=rows, use_cache=False, logits_to_keep=columns).logits.float()
    return logits.log_softmax(-1).gather(-1, rows[:, self.P :, None])[..., 0]

  @torch.inference_mode()
  def score(self, B: int) -> None:
    self._log_probs(self.model, self.rows[:B])
    self._wait()

  def _prepare_update(self, B: int) -> None:
    """float32 weights that are trained, and the faster optimiser, which is then made anew."""
    load = lambda name: torch.from_numpy(np.load(self.folder / f'{name}.npy')[:B]).to(self.device)
    self.old, self.advantages = load('log_probs'), load('advantages')
    runs = {}
    self.trained = self._load(torch.float32).train()
    for kind in OPTIMIZERS:
      self._backward(B)
      optimizer = self._adamw(kind)
      runs['-'.join(kind)] = lambda optimizer=optimizer: (optimizer.step(), self._wait())
    best = self._fastest('adamw', runs)
    self.trained = self._load(torch.float32).train()
    self.optimizer = self._adamw({best: True})

  def _adamw(self, kind: dict):
    return torch.optim.AdamW(self.trained.parameters(), lr=self.rate, betas=(0.9, 0.95), weight_decay=0.0, **kind)

  def _backward(self, B: int) -> torch.Tensor:
    low = self.dtype != torch.float32
    with torch.autocast(self.device.type, self.dtype) if low else contextlib.nullcontext():
      log_probs = self._log_probs(self.trained, self.rows[:B])
    weight = (log_probs.detach() - self.old).exp().clamp(max=1.0)
    loss = -(weight * self.advantages * log_probs).mean()
    loss.backward()
    return loss

  def update(self, B: int) -> dict:
    if self.optimizer is None:
      self._prepare_update(B)
    self.optimizer.zero_grad(set_to_none=True)
    loss = self._backward(B)
    torch.nn.utils.clip_grad_norm_(self.trained.parameters(), 1.0)
    self.optimizer.step()
    self._wait()
    return dict(loss=float(loss.detach()))

  @torch.inference_mode()
  def write_log_probs(self, file: str) -> None:
    """As in speed_ours.py."""
    np.save(file, self._log_probs(self.model, self.rows).cpu().numpy())

  @torch.inference_mode()
  def write_logits(self, file: str, B: int, columns: int) -> None:
    """As in speed_ours.py."""
    logits = self.model(input_ids=self.rows[:B, : self.P], logits_to_keep=columns).logits
    np.save(file, logits.float().cpu().numpy())


if __name__ == '__main__':
  serve(Transformers)
