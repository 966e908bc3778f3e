"""The study of threats, bribes, tricks and pleas: what training amplifies."""
