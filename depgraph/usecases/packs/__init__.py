"""Reports for those who act: a hub for its members, a buyer before an award; each as seen by them."""
